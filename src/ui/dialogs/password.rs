//! Asks for a password of encrypted evidence. What is typed stays in memory and is wiped from the
//! field's own memory when the dialog closes.

use eframe::egui::text_edit::TextEditState;
use eframe::egui::{Context as EguiContext, Id, Key, Modifiers, RichText, Ui};

use crate::session::{Command, Password};
use crate::ui::request::Requests;
use crate::ui::theme::{font, icon, space, tokens};
use crate::ui::widgets::{Button, Look, password_field, tick_box};

/// The dialog's state.
#[derive(Default)]
pub struct PasswordDialog {
    /// The files it is for, in words.
    files: String,
    text: String,
    is_shown: bool,
    has_been_focused: bool,
}

impl PasswordDialog {
    /// For these files.
    pub fn new(files: String) -> Self {
        Self { files, ..Self::default() }
    }

    /// The field's id.
    fn field() -> Id {
        Id::unique("password field")
    }

    /// Forgets what was typed, which the field keeps for undoing.
    pub(super) fn forget(ctx: &EguiContext) {
        TextEditState::default().store(ctx, Self::field());
    }

    pub(super) fn ui(&mut self, ui: &mut Ui, out: &mut Requests) {
        let quiet = tokens(ui).text2;
        ui.set_width(420.0);
        ui.label(RichText::new("Enter password").font(font::INSPECTOR_TITLE.font_id()));
        ui.add_space(space::S);
        let words = format!("Encrypted, and no password so far opens it: {}", self.files);
        ui.label(RichText::new(words).color(quiet));
        ui.add_space(space::S);
        let field = password_field(ui, Self::field(), &mut self.text, self.is_shown, "Password");
        if !self.has_been_focused {
            field.request_focus();
            self.has_been_focused = true;
        }
        ui.add_space(space::XS);
        tick_box(ui, &mut self.is_shown, "Show password");
        ui.add_space(space::XS);
        let words = "It is kept in memory until these logs are closed, and written nowhere.";
        ui.label(RichText::new(words).font(font::SMALL.font_id()).color(tokens(ui).text3));
        ui.add_space(space::M);
        let enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        ui.horizontal(|ui| {
            let can = !self.text.is_empty();
            let read = Button::new(Look::Primary, "Read with it").icon(icon::KEY).key("Enter");
            let is_clicked = ui.add_enabled(can, read).clicked();
            if can && (is_clicked || enter) {
                let password = Password::new(std::mem::take(&mut self.text));
                out.send(Command::Unlock(password));
                ui.close();
            }
            if ui.add(Button::new(Look::Raised, "Cancel").key("Esc")).clicked() {
                ui.close();
            }
        });
    }
}

//! What stands in front of the window: the system's file dialogs, the list of keys, about.

mod about;
pub mod files;
mod keys;
mod password;

use eframe::egui::{Context as EguiContext, Frame, Id, Modal};

use crate::ui::request::Requests;
use crate::ui::theme::{space, tokens};

pub use self::password::PasswordDialog;

/// The open dialog; there is at most one.
pub enum Dialog {
    /// The list of keys.
    Keys,
    /// Version and licences.
    About,
    /// Asks for a password.
    Password(PasswordDialog),
}

/// Draws the dialog; returns whether it should close.
pub fn dialog_ui(ctx: &EguiContext, dialog: &mut Dialog, out: &mut Requests) -> bool {
    let (name, id) = match dialog {
        Dialog::Keys => ("Keys", Id::unique("keys dialog")),
        Dialog::About => ("About Spawnscope", Id::unique("about dialog")),
        Dialog::Password(_) => ("Enter password", Id::unique("password dialog")),
    };
    let area = Modal::default_area(id).accessible_name(name);
    let colors = tokens(ctx);
    let frame = Frame::new()
        .fill(colors.panel)
        .stroke((space::STROKE, colors.line_strong))
        .corner_radius(space::RADIUS_DROP)
        .inner_margin(space::L);
    let response = Modal::new(id).area(area).frame(frame).show(ctx, |ui| match dialog {
        Dialog::Keys => keys::keys_ui(ui),
        Dialog::About => about::about_ui(ui),
        Dialog::Password(dialog) => dialog.ui(ui, out),
    });
    let is_closed = response.should_close();
    if is_closed && matches!(dialog, Dialog::Password(_)) {
        PasswordDialog::forget(ctx);
    }
    is_closed
}

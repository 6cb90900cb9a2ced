//! Elements as fields, with the names that the JSON of other tools gives them: nesting by dots,
//! attributes as `element.attribute`, repeated names numbered. For the rare shapes; `plan` has a
//! short way for the usual ones that comes to the same.

use std::collections::HashMap;

use super::{
    super::super::system::Part,
    error::{BinXmlError, Result},
    plan,
    read::Reading,
    tree::Tree,
};

/// What an element is, by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// `System`.
    System,
    /// `EventData` and its like.
    BesideSystem,
    /// `UserData` itself.
    UserData,
    /// The element in `UserData` that wraps its values.
    UserMember,
    /// A member of `EventData`.
    Data,
    /// A member of the element in `UserData`.
    Member,
}

impl Reading<'_> {
    /// Appends the fields of elements in this spot.
    pub(super) fn flatten(&mut self, trees: &[Tree], spot: Spot) -> Result<()> {
        match spot {
            Spot::System => {
                if let Some(tree) = trees.first() {
                    self.system(tree);
                }
                Ok(())
            }
            Spot::BesideSystem => trees.iter().try_for_each(|tree| self.beside_system(tree)),
            Spot::UserData => trees.iter().try_for_each(|tree| self.user_data(tree)),
            Spot::UserMember => self.wrapping(trees),
            Spot::Data => self.members(trees, &mut String::new(), true),
            Spot::Member => self.members(trees, &mut String::new(), false),
        }
    }

    /// The first element of each part says it.
    fn system(&mut self, system: &Tree) {
        if self.is_head_read() {
            return;
        }
        let mut seen = Vec::new();
        for child in &system.children {
            let Some(part) = Part::of(&child.name).filter(|part| !seen.contains(part)) else {
                continue;
            };
            seen.push(part);
            for attribute in plan::attributes_of(part) {
                let mut attributes = child.attributes.iter().rev();
                let text = match *attribute {
                    "" => Some(&child.text),
                    name => attributes.find(|(known, _)| known == name).map(|(_, text)| text),
                };
                if let Some(text) = text {
                    self.set_head(part, attribute, text);
                }
            }
        }
    }

    fn beside_system(&mut self, tree: &Tree) -> Result<()> {
        if tree.attributes.is_empty() && tree.children.is_empty() && tree.text.is_empty() {
            return Ok(());
        }
        self.body(tree, &tree.name, &mut String::new(), plan::is_container(&tree.name))
    }

    fn user_data(&mut self, tree: &Tree) -> Result<()> {
        if tree.children.is_empty() {
            return if tree.text.is_empty() { Ok(()) } else { self.push("UserData", &tree.text) };
        }
        self.wrapping(&tree.children)
    }

    /// The elements in `UserData`: one, as Windows writes it.
    fn wrapping(&mut self, trees: &[Tree]) -> Result<()> {
        match trees {
            [] => Ok(()),
            // Which of several the fields belong to would be lost.
            [tree] if tree.name != "Data" => {
                if tree.attributes.is_empty() && tree.children.is_empty() {
                    return self.push(&tree.name, &tree.text);
                }
                self.body(tree, "UserData", &mut String::new(), plan::is_container(&tree.name))
            }
            _ => Err(BinXmlError::NotAnEvent { missing: "one element in UserData" }),
        }
    }

    /// An element with its attributes, text and children; the first two are called `own_name`
    /// where the path is empty.
    fn body(
        &mut self,
        tree: &Tree,
        own_name: &str,
        path: &mut String,
        is_container: bool,
    ) -> Result<()> {
        let own = if path.is_empty() { own_name.to_owned() } else { path.clone() };
        for (name, text) in &tree.attributes {
            // Name spaces say nothing about the event.
            if !name.starts_with("xmlns") {
                self.push(&format!("{own}.{name}"), text)?;
            }
        }
        if !tree.text.is_empty() || (tree.attributes.is_empty() && tree.children.is_empty()) {
            self.push(&own, &tree.text)?;
        }
        self.members(&tree.children, path, is_container)
    }

    /// The children of an element at the path. In a container `Data` elements are called by
    /// their `Name`, several in a row alike; all others by their element's name, numbered from
    /// the second one on.
    fn members(&mut self, children: &[Tree], path: &mut String, is_container: bool) -> Result<()> {
        let (mut elements, mut data) = (HashMap::new(), HashMap::new());
        let mut before = None;
        for child in children {
            let is_data = is_container && child.name == "Data";
            let name = if is_data { data_name(child) } else { child.name.as_str() };
            let is_in_row = is_data && before == Some(name);
            before = is_data.then_some(name);
            let base = path.len();
            extend(path, if name.is_empty() { "Data" } else { name });
            if !name.is_empty() {
                let counts = if is_data { &mut data } else { &mut elements };
                let count: &mut u32 = counts.entry(name).or_default();
                if !is_in_row {
                    *count += 1;
                }
                if *count > 1 {
                    path.push('_');
                    path.push_str(&(*count - 1).to_string());
                }
            }
            if is_data {
                self.data(child, path)?;
            } else {
                self.body(child, "", path, plan::is_container(&child.name))?;
            }
            path.truncate(base);
        }
        Ok(())
    }

    /// A `Data` element: its attributes were its name.
    fn data(&mut self, tree: &Tree, path: &mut String) -> Result<()> {
        if !tree.text.is_empty() || tree.children.is_empty() {
            self.push(path, &tree.text)?;
        }
        self.members(&tree.children, path, false)
    }
}

/// What a `Data` element's `Name` says.
fn data_name(tree: &Tree) -> &str {
    tree.attributes.iter().find(|(name, _)| name == "Name").map_or("", |(_, name)| name)
}

fn extend(path: &mut String, step: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(step);
}

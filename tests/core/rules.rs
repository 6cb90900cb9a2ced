//! The bundled rules.

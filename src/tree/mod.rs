//! Makes processes of events: who started whom, and what each did.

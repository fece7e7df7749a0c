internal import RollcallCore

/// Text from directories and people as a terminal may show it: see `Visible`.
func shown(_ text: String) -> String { Visible.text(text) }

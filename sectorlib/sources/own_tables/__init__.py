"""Tables in layouts of their own: agencies' exports, spreadsheets, BEA and LEHD files."""

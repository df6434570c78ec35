"""The 自评表 kind of table: a form whose indicator rows the unit writes itself."""

"""Tables in files: read from people who use anything (encodings, separators, workbooks), written for spreadsheets."""

__all__ = ["separated", "text_stream", "workbook", "written"]

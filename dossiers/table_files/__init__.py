"""Reading tables out of files from people who use anything: encodings, separators, workbooks, within bounded memory."""

__all__ = ["separated", "text_stream", "workbook"]

"""Files of research read into sources: Markdown, HTML, text, PDF, DOCX, CSV, XLSX, EML, JSON (issue 7 item 1).

Each file of ``formats`` reads one kind of file; being there is its registration. Files are hostile: sizes are limited,
archives are counted while unpacking, no entity or document type is read, nothing attached is opened.
"""

from analysis.research.sources.read import MAX_FILE, find_files, read_bytes, read_file, suffixes, unread_files

__all__ = ["MAX_FILE", "find_files", "read_bytes", "read_file", "suffixes", "unread_files"]

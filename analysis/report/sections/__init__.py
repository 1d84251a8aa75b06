"""The sections of the documents: one file each with ``build(book) -> blocks``. ``kinds.yaml`` says which document has which."""

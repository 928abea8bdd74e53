"""Other programs that read FHIR: one file each, with

NAME          what the page calls it
FORM          "zip" or "lines": which form of synthea-100 it can read
missing()     why it can't run here, or None
command(data) how it counts resources by type, in words; `data` is the archive, or the folder of NDJSON
counts(out)   what it printed, as a dictionary of type and count; for what can't count: of bytes
"""

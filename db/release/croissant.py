"""`croissant.json`: the release in Croissant 1.0, the form that machine-learning tools load data sets by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.release.columns import Kind
from db.release.contents import About, File, Tabular
from db.untyped import Parsed, Row

# The context that the specification prescribes (docs.mlcommons.org/croissant/docs/croissant-spec.html).
_CONTEXT: Parsed = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {
    Kind.TEXT: "sc:Text",
    Kind.WHOLE: "sc:Integer",
    Kind.NUMBER: "sc:Float",
    Kind.DATE: "sc:Date",
    Kind.JSON: "sc:Text",
}


def croissant(about: About, files: Sequence[File], tables: Iterable[Tabular], citation: str) -> Parsed:
    """The data set: a record set for each table, over its CSV file; units stand in the fields' descriptions."""
    tables = list(tables)
    wanted = {t.path for t in tables} | {f.path for f in files if f.path.endswith(".parquet")}
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": about.name,
        "description": about.description,
        "version": about.version,
        "datePublished": about.date.isoformat(),
        "license": about.license_url,
        "creator": {"@type": "sc:Organization", "name": about.author},
        "keywords": list(about.keywords),
        "citeAs": citation,
        "distribution": [_file(f) for f in files if f.path in wanted],
        "recordSet": [_record_set(t) for t in tables],
    }


def _file(file: File) -> Parsed:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.bytes} B",
        "encodingFormat": "application/x-parquet" if file.path.endswith(".parquet") else file.media_type,
        "sha256": file.sha256,
    }


def _record_set(table: Tabular) -> Parsed:
    told: Row = {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
    }
    if table.key:
        told["key"] = [{"@id": f"{table.name}/{name}"} for name in table.key]
    told["field"] = [
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{c.name}",
            "name": c.name,
            "description": c.words,
            "dataType": _TYPES[c.kind],
            "source": {"fileObject": {"@id": table.path}, "extract": {"column": c.name}},
        }
        for c in table.columns
    ]
    return told

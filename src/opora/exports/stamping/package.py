"""What docx and xlsx have in common: a zip of parts, their properties among them."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from opora.exports.stamping import Stamp

PROPERTY = "Копия"
_CUSTOM = "docProps/custom.xml"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_SIGNED = "_xmlsignatures/"


class Package:
    """The parts of an Office file; written again with those that were changed, all others byte for byte."""

    def __init__(self, content: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._changed: dict[str, bytes] = {}

    @property
    def names(self) -> list[str]:
        return [*self._archive.namelist(), *(n for n in self._changed if n not in self._archive.NameToInfo)]

    def __contains__(self, name: str) -> bool:
        return name in self._changed or name in self._archive.NameToInfo

    def text(self, name: str) -> str:
        return (self._changed[name] if name in self._changed else self._archive.read(name)).decode("utf-8-sig")

    def put(self, name: str, content: bytes | str) -> None:
        self._changed[name] = content.encode() if isinstance(content, str) else content

    def add_type(self, attribute: str, value: str, media: str) -> None:
        """Say the media type of a part (`PartName`) or of all with an ending (`Extension`)."""
        types = self.text("[Content_Types].xml")
        if f'{attribute}="{value}"' in types:
            return
        element = "Override" if attribute == "PartName" else "Default"
        added = f'<{element} {attribute}="{value}" ContentType="{media}"/>'
        place = types.index(">", types.index("<Types")) + 1 if element == "Default" else types.rindex("</")
        self.put("[Content_Types].xml", types[:place] + added + types[place:])

    def relate(self, part: str, kind: str, target: str) -> str:
        """Tie `target` to a part (the whole file where it is empty); the id of the relation."""
        folder, _, name = part.rpartition("/")
        path = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        relations = self.text(path) if path in self else RELATIONS
        if re.search(r"<Relationships[^>]*/>", relations):
            relations = RELATIONS
        key = f"rIdCopy{len(re.findall('<Relationship ', relations)) + 1}"
        added = f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        place = relations.rindex("</")
        self.put(path, relations[:place] + added + relations[place:])
        return key

    def written(self) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
            for info in self._archive.infolist():
                if info.filename in self._changed:
                    made.writestr(info.filename, self._changed[info.filename])
                else:
                    made.writestr(info, self._archive.read(info), compress_type=info.compress_type)
            for name, content in self._changed.items():
                if name not in self._archive.NameToInfo:
                    made.writestr(name, content)
        return buffer.getvalue()


def tagged_package(content: bytes, stamp: Stamp) -> bytes:
    """An original with a property of its own beside those it has; a signed one as it is."""
    package = Package(content)
    if any(name.startswith(_SIGNED) for name in package.names):
        return content
    tag(package, stamp)
    return package.written()


def tag(package: Package, stamp: Stamp) -> None:
    """Set the property «Копия» of the file."""
    value = f'name="{PROPERTY}"><vt:lpwstr>{escape(stamp.line)}</vt:lpwstr></property>'
    if _CUSTOM in package:
        text = re.sub(rf'<property [^>]*name="{PROPERTY}".*?</property>', "", package.text(_CUSTOM), flags=re.DOTALL)
        number = max(map(int, re.findall(r'pid="(\d+)"', text)), default=1) + 1
        end = text.rindex("</")
        vt = 'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
        added = f'<property {vt} fmtid="{_FORMAT}" pid="{number}" {value}'
        package.put(_CUSTOM, text[:end] + added + text[end:])
        return
    package.put(
        _CUSTOM,
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        f'<property fmtid="{_FORMAT}" pid="2" {value}</Properties>',
    )
    package.add_type("PartName", f"/{_CUSTOM}", _CUSTOM_TYPE)
    package.relate("", _CUSTOM_RELATION, _CUSTOM)

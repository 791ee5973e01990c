"""What PDF/A-2a and PDF/UA-1 want of a file, as far as a program can see: claims.py FILE..."""
import sys

import pikepdf
from pikepdf import Name

found = []


def check(holds, what):
    if not holds:
        found.append(what)


def tags(node, seen):
    """All structure elements below `node`."""
    kids = node.get(Name.K, [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and Name.S in kid:
            seen.append(kid)
            tags(kid, seen)
    return seen


def fonts(pdf):
    """All fonts of all pages and forms: the font and, if it is composite, its descendants."""
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and thing.get(Name.Type) == Name.Font:
            yield thing


def embedded(font):
    described = font.get(Name.DescendantFonts, [font])[0].get(Name.FontDescriptor)
    return described is not None and any(
        key in described for key in (Name.FontFile, Name.FontFile2, Name.FontFile3))


def claims(pdf):
    with pdf.open_metadata() as xmp:
        check(xmp.get('pdfaid:part') == '2', 'PDF/A part 2')
        check(xmp.get('pdfaid:conformance') == 'A', 'PDF/A conformance A')
        check(xmp.get('pdfuaid:part') == '1', 'PDF/UA part 1')
        check(xmp.get('dc:title'), 'title in the metadata')
    root = pdf.Root
    check(root.get(Name.MarkInfo, {}).get(Name.Marked) is True, 'marked')
    check(str(root.get(Name.Lang)) == 'it-IT', f'language {root.get(Name.Lang)}')
    check(root.get(Name.ViewerPreferences, {}).get(Name.DisplayDocTitle) is True, 'title shown')
    check(Name.OutputIntents in root, 'colours defined')
    check(Name.Outlines in root, 'bookmarks')
    check(not pdf.is_encrypted, 'open')
    check(pdf.trailer.get(Name.ID), 'identifier')


def structure(pdf):
    all_tags = tags(pdf.Root.get(Name.StructTreeRoot, pikepdf.Dictionary()), [])
    kinds = [str(tag.S) for tag in all_tags]
    check(kinds.count('/H1') == 1, f"one H1, not {kinds.count('/H1')}")
    check(kinds.count('/H2') >= 2, 'headings of parts')
    check('/Table' in kinds and '/TH' in kinds, 'tables with headers')
    for tag in all_tags:
        if tag.S == Name.TH:
            attributes = tag.get(Name.A, [])
            attributes = attributes if isinstance(attributes, pikepdf.Array) else [attributes]
            check(any(Name.Scope in a for a in attributes), 'scope of a header')
        if tag.S == Name.Figure:
            check(str(tag.get(Name.Alt, '')).startswith('Stemma'), 'words for the crest')
    if '/L' in kinds:
        check('/LI' in kinds and '/LBody' in kinds, 'lists')
    for page in pdf.pages:
        check(page.get(Name.Tabs) == Name.S or Name.Annots not in page, 'order of links')
        check(Name.StructParents in page, 'content of a page is tagged')


for path in sys.argv[1:]:
    with pikepdf.open(path) as pdf:
        before = len(found)
        claims(pdf)
        structure(pdf)
        all_fonts = [f for f in fonts(pdf) if f.get(Name.Subtype) not in (Name.CIDFontType0, Name.CIDFontType2)]
        check(all_fonts, 'some font')
        for font in all_fonts:
            check(embedded(font), f'font {font.get(Name.BaseFont)} embedded')
            check(Name.ToUnicode in font, f'font {font.get(Name.BaseFont)} can be read aloud')
        check(any('Titillium' in str(f.get(Name.BaseFont)) for f in all_fonts), 'Titillium')
        found[before:] = [f'{path}: no {what}' for what in found[before:]]
if found:
    sys.exit('\n'.join(found))
print(f'{len(sys.argv) - 1} documents hold')

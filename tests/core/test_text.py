from opora.core.text import fold, plural, sort_key, words


def test_numbers_sort_as_people_count() -> None:
    assert sorted(["СОШ № 12", "СОШ № 6"], key=sort_key) == ["СОШ № 6", "СОШ № 12"]


def test_folding_makes_quotes_case_and_yo_alike() -> None:
    assert fold("МБОУ «Ёлкинская  СОШ»") == "мбоу елкинская сош"
    assert words("Школа № 6, школа") == ["школа", "6"]


def test_plural() -> None:
    assert [plural(n, "школа", "школы", "школ") for n in (1, 2, 5, 11, 21, 112)] == [
        "школа",
        "школы",
        "школ",
        "школ",
        "школа",
        "школ",
    ]

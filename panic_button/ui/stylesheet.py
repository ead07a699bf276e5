"""The one style sheet, made from the colour tokens.

Rule: it sets colours, borders and spacing; fonts are set by `fonts.font`, whose sizes may be fractions.
"""

from __future__ import annotations

from string import Template

from panic_button.ui.tokens import Tokens

_SHEET = Template("""
#top_row, #footer { background: $title_row; }
#footer { border-top: 1px solid $line; }
#health_bar { background: $panel; border-bottom: 1px solid $line; }
#tab_row { border-bottom: 1px solid $line; }
#help { background: $panel; border-bottom: 1px solid $line; }
#lockout {
  background: $box_fill; color: $box_ink; border: 1px solid $box_line; border-radius: 8px;
}
#below, #below > QWidget > QWidget { background: transparent; }
#banner { border-bottom: 1px solid $line; }
QDialog { background: $background; }
QLabel[quiet="true"] { color: $dim; }
QLabel[trouble="true"] { color: $bad_text; }
QLineEdit {
  background: $field; color: $text; border: 1px solid $field_line; border-radius: 6px; padding: 3px 8px;
  selection-background-color: $selection; selection-color: $text;
}
QLineEdit:focus { border-color: $blue; }
QLineEdit:disabled { color: $disabled_text; }
QPushButton {
  background: $button; color: $button_text; border: 1px solid $button_line; border-radius: 7px; padding: 7px 12px;
}
QPushButton:hover { background: $button_hover; }
QPushButton:focus { border-color: $blue; }
QPushButton:disabled { color: $disabled_text; border-color: $line; background: transparent; }
QPushButton:default { border-color: $blue; }
QComboBox QLineEdit { border: none; padding: 0 4px; }
QComboBox QAbstractItemView { background: $panel; color: $text; selection-background-color: $selection; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator {
  width: 14px; height: 14px; border-radius: 4px; border: 1px solid $scroll_handle; background: $field;
}
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $blue; }
QCheckBox::indicator:checked { width: 6px; height: 6px; border: 5px solid $blue; background: $field; }
QCheckBox:focus { text-decoration: underline; }
QRadioButton { spacing: 8px; }
QRadioButton::indicator {
  width: 14px; height: 14px; border-radius: 8px; border: 1px solid $scroll_handle; background: $field;
}
QRadioButton::indicator:hover, QRadioButton::indicator:focus { border-color: $blue; }
QRadioButton::indicator:checked {
  width: 6px; height: 6px; border: 5px solid $blue; background: $field;
}
QRadioButton::indicator:checked:disabled { border-color: $scroll_handle; }
QRadioButton:focus { color: $text; text-decoration: underline; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $scroll_handle; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $blue; }
QSlider::sub-page:horizontal:disabled { background: $scroll_handle; }
QSlider::handle:horizontal {
  width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; border: 1px solid $button_line; background: $text;
}
QSlider::handle:horizontal:focus { border-color: $blue; }
QSlider::handle:horizontal:disabled { background: $disabled_text; }
QTableView {
  background: $background; border: none; selection-background-color: $selection; selection-color: $text; outline: none;
}
QHeaderView { background: $background; border: none; }
#facts QHeaderView::section {
  background: $background; color: $dim; border: none; border-bottom: 1px solid $line; padding: 4px 6px;
}
#facts::item { padding: 0 5px; border-bottom: 1px solid $row_line; }
QMenu { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled_text; }
QMenu::separator { height: 1px; background: $line; margin: 4px 6px; }
QToolTip { background: $panel; color: $text; border: 1px solid $line; padding: 4px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll_handle; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def stylesheet(tokens: Tokens) -> str:
    return _SHEET.substitute(
        background=tokens.background,
        panel=tokens.panel,
        title_row=tokens.title_row,
        line=tokens.line,
        row_line=tokens.row_line,
        box_fill=tokens.box_warn.fill,
        box_ink=tokens.box_warn.ink,
        box_line=tokens.box_warn_line,
        text=tokens.text,
        dim=tokens.dim,
        blue=tokens.blue,
        selection=tokens.selection,
        field=tokens.field,
        field_line=tokens.field_line,
        button=tokens.button,
        button_hover=tokens.button_hover,
        button_line=tokens.button_line,
        button_text=tokens.button_text,
        disabled_text=tokens.disabled_text,
        scroll_handle=tokens.scroll_handle,
        bad_text=tokens.bad_text,
    )

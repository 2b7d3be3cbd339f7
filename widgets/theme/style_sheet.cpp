// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/style_sheet.h"

#include <QHash>
#include <QStyle>
#include <QWidget>

namespace msrl::widgets {

namespace {

const char* const kControls = R"(
* { outline: none; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 8px; }
QPushButton { background: @surface; color: @text; border: 1px solid @line; border-radius: 6px; min-height: 26px; padding: 0 12px; }
QPushButton:hover { background: @raised; }
QPushButton:pressed { background: @line; }
QPushButton:focus { border-color: @accent; }
QPushButton::menu-indicator { image: url(:/icons/chevron-@mode.svg); width: 12px; height: 12px;
  subcontrol-origin: padding; subcontrol-position: right center; right: 8px; }
QPushButton:disabled { color: @disabled; background: @window; }
QPushButton[kind="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[kind="primary"]:focus { border-color: @text; }
QPushButton[kind="primary"]:disabled { background: @raised; color: @disabled; border-color: @line; font-weight: 400; }
QPushButton[kind="danger"] { color: @bad; border-color: @bad; background: @surface; }
QPushButton[kind="danger"]:hover { background: @badSoft; }
QPushButton[kind="danger"]:disabled { color: @disabled; border-color: @line; background: @window; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; }
QPushButton[kind="quiet"]:hover { background: @raised; }
QPushButton[kind="quiet"]:focus { border-color: @accent; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; color: @text; }
QToolButton:hover { background: @raised; }
QToolButton:pressed, QToolButton:checked { background: @line; }
QToolButton:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="chip"] { background: @surface; border: 1px solid @line; padding: 2px 6px; }
QToolButton[kind="chip"]:hover { background: @raised; }
QToolButton[kind="chip"]:checked { background: @accentSoft; border-color: @accent; color: @accent; font-weight: 600; }
QToolButton[kind="fold"] { background: transparent; border: none; padding: 1px 0; color: @secondary; }
QToolButton[kind="fold"]:hover { color: @text; }
QToolButton[kind="fold"]:focus { color: @accent; }
QToolButton[kind="chip"]:focus { border-color: @accent; }
QToolButton[kind="chip"]:disabled { color: @disabled; background: @window; }
QToolButton[kind="rail"] { border-radius: 6px; padding: 6px 2px 4px 2px; color: @secondary; font-size: 8pt; }
QToolButton[kind="rail"]:checked { background: @accentSoft; color: @accent; font-weight: 600; }
QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox { background: @field; color: @text; border: 1px solid @line;
  border-radius: 6px; padding: 0 7px; min-height: 26px; selection-background-color: @accent; selection-color: @onAccent; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QPlainTextEdit[kind="field"] { background: @field; border: 1px solid @line; border-radius: 6px; }
QPlainTextEdit[kind="field"]:focus { border-color: @accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: @accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: @disabled; background: @window; }
QLineEdit[fault="true"], QAbstractSpinBox[fault="true"], QComboBox[fault="true"] { border-color: @bad; }
QAbstractSpinBox { padding-right: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/icons/chevron-@mode.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @surface; border: 1px solid @line; padding: 4px; selection-background-color: @accentSoft; selection-color: @text; }
QCheckBox, QRadioButton { spacing: 8px; min-height: 26px; }
QCheckBox::indicator, QTreeView::indicator, QListView::indicator { width: 14px; height: 14px; border: 1px solid @control; border-radius: 4px; background: @field; }
QCheckBox::indicator:hover, QCheckBox:focus::indicator { border-color: @accent; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/tick-@mode.svg); }
QCheckBox::indicator:disabled { border-color: @line; background: @window; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -6px 0; border-radius: 8px; background: @surface; border: 1px solid @control; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { border: 2px solid @accent; width: 12px; height: 12px; }
QSlider::sub-page:horizontal:disabled { background: @line; }
QProgressBar { background: @raised; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
)";

const char* const kContainers = R"(
QMainWindow, QDialog { background: @window; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: @accent; }
QSplitter::handle { background: @line; }
QSplitter::handle:hover { background: @accent; }
QMenuBar { background: @window; color: @text; border-bottom: 1px solid @line; padding: 0 4px; }
QMenuBar::item { padding: 5px 9px; border-radius: 6px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @surface; color: @text; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 4px; min-height: 18px; }
QMenu::item:selected { background: @accentSoft; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @line; margin: 4px 0; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QTabBar { qproperty-drawBase: 0; background: transparent; }
QTabBar::tab { background: transparent; color: @secondary; padding: 6px 12px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; font-weight: 600; }
QTabBar::tab:focus { color: @accent; }
QDockWidget { color: @secondary; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: @window; padding: 6px 12px; border-bottom: 1px solid @line; text-align: left; }
QScrollArea, QAbstractScrollArea { border: none; background: transparent; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @scroll; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: @control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractItemView { background: @surface; alternate-background-color: @surface; color: @text; selection-background-color: @accentSoft; selection-color: @text; }
QListView::item, QTreeView::item { min-height: 26px; padding: 0 6px; border-radius: 6px; }
QTreeView::item { border-radius: 0; }
QListView::item:hover, QTreeView::item:hover { background: @raised; }
QListView::item:selected, QTreeView::item:selected { background: @accentSoft; color: @text; }
QTableView { gridline-color: @raised; border: none; }
QTableView::item { padding: 0 8px; border: none; }
QTableView::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @window; border: none; border-bottom: 1px solid @line; }
QHeaderView::section { background: @window; color: @secondary; border: none; padding: 4px 11px; font-weight: 400; }
QTreeView QHeaderView::section { padding: 4px 9px; }
QTableCornerButton::section { background: @window; border: none; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: 13pt; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="secondary"] { color: @secondary; }
QLabel[role="good"] { color: @good; }
QLabel[role="warning"] { color: @warning; }
QLabel[role="bad"] { color: @bad; }
QLabel[role="waiting"] { color: @waiting; }
QFrame[surface="card"] { background: @surface; border: 1px solid @line; border-radius: 8px; }
QFrame[surface="panel"] { background: @surface; border: none; }
QFrame[surface="popup"] { background: @window; border: 1px solid @line; }
QFrame[surface="bar"] { background: @window; border: none; }
QFrame[surface="rule"] { background: @line; border: none; }
)";

} // namespace

QString styleSheet(const Tokens& t)
{
    const QHash<QString, QString> names {
        { QStringLiteral("window"), t.window.name() },
        { QStringLiteral("surface"), t.surface.name() },
        { QStringLiteral("raised"), t.raised.name() },
        { QStringLiteral("line"), t.line.name() },
        { QStringLiteral("text"), t.text.name() },
        { QStringLiteral("secondary"), t.secondary.name() },
        { QStringLiteral("disabled"), t.disabled.name() },
        { QStringLiteral("accent"), t.accent.name() },
        { QStringLiteral("accentHover"), blend(t.accent, t.text, 0.12).name() },
        { QStringLiteral("accentSoft"), blend(t.surface, t.accent, t.dark ? 0.22 : 0.13).name() },
        { QStringLiteral("onAccent"), t.onAccent.name() },
        { QStringLiteral("good"), t.good.name() },
        { QStringLiteral("warning"), t.warning.name() },
        { QStringLiteral("bad"), t.bad.name() },
        { QStringLiteral("badSoft"), blend(t.surface, t.bad, 0.12).name() },
        { QStringLiteral("waiting"), t.waiting.name() },
        { QStringLiteral("field"), (t.dark ? t.window : t.surface).name() },
        { QStringLiteral("control"), blend(t.line, t.secondary, 0.6).name() },
        { QStringLiteral("scroll"), blend(t.line, t.secondary, 0.2).name() },
        { QStringLiteral("mode"), t.dark ? QStringLiteral("dark") : QStringLiteral("light") },
    };
    const QString pattern = QString::fromUtf8(kControls) + QString::fromUtf8(kContainers);
    QString out;
    out.reserve(pattern.size());
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != QLatin1Char('@')) {
            out += pattern[i];
            continue;
        }
        qsizetype end = i + 1;
        while (end < pattern.size() && pattern[end].isLetter())
            ++end;
        out += names.value(pattern.mid(i + 1, end - i - 1));
        i = end - 1;
    }
    return out;
}

void setVariant(QWidget* widget, const char* property, const QString& value)
{
    if (widget->property(property).toString() == value)
        return;
    widget->setProperty(property, value);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

} // namespace msrl::widgets

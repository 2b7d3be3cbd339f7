// SPDX-License-Identifier: GPL-3.0-or-later
// Text to be read that takes as many lines as its width asks for. The widths of its words are measured once,
// so that the height at another width is arithmetic, and only the lines that are seen are shaped: a page may
// hold dozens of long ones. A QLabel lays the whole text out again for each width that a layout asks about.
#pragma once

#include <QList>
#include <QTextLayout>
#include <QWidget>

#include <vector>

namespace msrl::widgets {

class WrappedText : public QWidget
{
    Q_OBJECT

public:
    explicit WrappedText(QWidget* parent = nullptr);

    // Line feeds and spaces are kept. The looks of parts are ordered and apart from each other.
    void setText(const QString& text, const QList<QTextLayout::FormatRange>& looks = {});
    const QString& text() const { return m_text; }
    void setSecondary(bool secondary);
    // With the mouse, as in any text: drag, double click, copy by key or menu.
    void setSelectable(bool selectable);
    QString selectedText() const;

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    // They say nothing of the height, which follows from the width alone.
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    struct Line
    {
        qsizetype begin = 0;
        qsizetype length = 0; // without the line feed
    };
    // Covers the text in order; a word that is wider than the line is broken.
    std::vector<Line> linesAt(int width) const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    // What stays on one line where it can: a word, or a letter of a script without spaces.
    struct Piece
    {
        qsizetype begin = 0;
        qsizetype length = 0; // with the spaces that follow
        double width = 0; // pixels without those spaces, which may hang over the edge
        double advance = 0; // with them
        bool ends = false; // the line, with a line feed
    };

    void measure();
    double widthOf(QStringView part) const;
    qsizetype fitting(qsizetype begin, qsizetype end, double room) const;
    void shape(QTextLayout& layout, const Line& line) const;
    void drawLine(QPainter& painter, const Line& line, int top) const;
    qsizetype placeAt(QPoint point) const;
    void select(qsizetype anchor, qsizetype place);
    void copy() const;

    QString m_text;
    QList<QTextLayout::FormatRange> m_looks;
    std::vector<Piece> m_pieces;
    double m_letter = 0; // width of each printable ASCII letter of a font that has only one; 0: of none
    bool m_secondary = false;
    bool m_selectable = false;
    qsizetype m_anchor = 0; // the selection is from here
    qsizetype m_place = 0; // to here
};

} // namespace msrl::widgets

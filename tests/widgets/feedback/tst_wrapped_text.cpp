// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/wrapped_text.h"
#include "widgets/theme/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QTest>
#include <QTextLayout>

#include <algorithm>
#include <random>

using namespace msrl;
using widgets::WrappedText;

namespace {

// What Qt's own layout breaks the text into.
QStringList linesOfQt(const QString& text, const QFont& font, int width)
{
    QString separated = text;
    separated.replace(QLatin1Char('\n'), QChar::LineSeparator);
    QTextLayout layout(separated, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        lines << text.mid(line.textStart(), line.textLength()).remove(QLatin1Char('\n'));
    }
    layout.endLayout();
    return lines;
}

QStringList linesOf(const WrappedText& wrapped, int width)
{
    QStringList lines;
    for (const WrappedText::Line& line : wrapped.linesAt(width))
        lines << wrapped.text().mid(line.begin, line.length);
    return lines;
}

QString randomWords(std::mt19937& random, int words)
{
    QString text;
    for (int i = 0; i < words; ++i) {
        const int letters = 1 + static_cast<int>(random() % (random() % 40 == 0 ? 60 : 9));
        for (int letter = 0; letter < letters; ++letter)
            text += QLatin1Char(static_cast<char>('a' + random() % 26));
        text += random() % 12 == 0 ? QStringLiteral("\n")
            : random() % 9 == 0    ? QStringLiteral(".  ")
                                   : QStringLiteral(" ");
    }
    return text.trimmed();
}

} // namespace

class TestWrappedText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreThoseOfQt_data()
    {
        QTest::addColumn<QFont>("font");
        QTest::newRow("one width") << widgets::smallFont(widgets::monoFont());
        QTest::newRow("many widths") << widgets::smallFont(QFont());
    }
    void linesAreThoseOfQt()
    {
        QFETCH(QFont, font);
        WrappedText wrapped;
        wrapped.setFont(font);
        std::mt19937 random(7);
        for (int round = 0; round < 60; ++round) {
            const QString text = randomWords(random, 120);
            wrapped.setText(text);
            const int width = 90 + static_cast<int>(random() % 400);
            const QStringList expected = linesOfQt(text, font, width);
            const QStringList lines = linesOf(wrapped, width);
            // Word by word or as a whole, a width may differ by a fraction of a pixel, so that a line in
            // hundreds breaks elsewhere.
            QVERIFY2(
                std::abs(lines.size() - expected.size()) <= 1, qPrintable(lines.join(QLatin1Char('\n'))));
            QCOMPARE(lines.join(QString()), QString(text).remove(QLatin1Char('\n')));
            if (QFontInfo(font).fixedPitch())
                QCOMPARE(lines, expected);
            QCOMPARE(wrapped.heightForWidth(width),
                static_cast<int>(lines.size()) * wrapped.fontMetrics().lineSpacing());
        }
    }

    void everyLineFits_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("latin") << QStringLiteral(
            "Die Ärztin wählt Antwort B, weil über dem blauen Kreis drei Würfel stehen. ")
                                      .repeated(5);
        QTest::newRow("chinese")
            << QStringLiteral("回答甲更准确,因为它正确地数出了红色方块的数量。").repeated(5);
        QTest::newRow("pictures") << QStringLiteral("👍🏽👩‍👩‍👧 ").repeated(30);
        QTest::newRow("arabic") << QStringLiteral("الإجابة الأولى أفضل لأنها تصف الصورة بدقة ").repeated(5);
        QTest::newRow("empty") << QString();
        QTest::newRow("line feeds") << QStringLiteral("\n\na\n\n");
    }
    void everyLineFits()
    {
        QFETCH(QString, text);
        WrappedText wrapped;
        wrapped.setFont(widgets::smallFont(widgets::monoFont()));
        wrapped.setText(text);
        for (const int width : { 120, 240, 500 }) {
            const QStringList lines = linesOf(wrapped, width);
            QCOMPARE(lines.join(QString()), QString(text).remove(QLatin1Char('\n')));
            for (QString line : lines) {
                while (line.endsWith(QLatin1Char(' ')))
                    line.chop(1);
                QVERIFY2(
                    QFontMetricsF(wrapped.font()).horizontalAdvance(line) <= width + 1, qPrintable(line));
            }
        }
        QCOMPARE(linesOf(wrapped, 500).size(),
            std::max<qsizetype>(linesOfQt(text, wrapped.font(), 500).size(), 1));
    }

    void selectsAndCopies()
    {
        WrappedText wrapped;
        wrapped.setFont(widgets::monoFont());
        wrapped.setSelectable(true);
        wrapped.setText(QStringLiteral("one two three\nfour five"));
        wrapped.resize(400, wrapped.heightForWidth(400));
        wrapped.show();
        const int letter = wrapped.fontMetrics().horizontalAdvance(QLatin1Char('x'));
        const int line = wrapped.fontMetrics().lineSpacing();
        QTest::mousePress(&wrapped, Qt::LeftButton, {}, QPoint(4 * letter, line / 2));
        QMouseEvent drag(QEvent::MouseMove, QPointF(4.2 * letter, 1.5 * line), QPointF(), Qt::NoButton,
            Qt::LeftButton, {});
        QCoreApplication::sendEvent(&wrapped, &drag);
        QTest::mouseRelease(&wrapped, Qt::LeftButton, {}, QPoint(4 * letter, line + line / 2));
        QCOMPARE(wrapped.selectedText(), QStringLiteral("two three\nfour"));
        QTest::keySequence(&wrapped, QKeySequence::Copy);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("two three\nfour"));
        QTest::mouseDClick(&wrapped, Qt::LeftButton, {}, QPoint(9 * letter, line / 2));
        QCOMPARE(wrapped.selectedText(), QStringLiteral("three"));
        QTest::keySequence(&wrapped, QKeySequence::SelectAll);
        QCOMPARE(wrapped.selectedText(), wrapped.text());
        wrapped.setText(QStringLiteral("another"));
        QCOMPARE(wrapped.selectedText(), QString());
    }

    void looksArePainted()
    {
        WrappedText wrapped;
        wrapped.setFont(widgets::monoFont());
        QTextCharFormat red;
        red.setBackground(QColor(255, 0, 0));
        const QString text = QStringLiteral("aaaa bbbb\ncccc dddd");
        const auto reds = [&](const QList<QTextLayout::FormatRange>& looks) {
            wrapped.setText(text, looks);
            wrapped.resize(400, wrapped.heightForWidth(400));
            const QImage image = wrapped.grab().toImage();
            QRect where;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    if (image.pixelColor(x, y) == QColor(255, 0, 0))
                        where |= QRect(x, y, 1, 1);
                }
            }
            return where;
        };
        QVERIFY(reds({}).isEmpty());
        const int line = wrapped.fontMetrics().lineSpacing();
        const QRect first = reds({ { 5, 4, red } });
        QVERIFY(first.left() > 10 && first.bottom() <= line);
        const QRect second = reds({ { 10, 4, red } });
        QVERIFY(second.left() < 5 && second.top() >= line - 1);
        QVERIFY(reds({ { 7, 5, red } }).height() > line); // over the break
    }
};

QTEST_MAIN(TestWrappedText)
#include "tst_wrapped_text.moc"

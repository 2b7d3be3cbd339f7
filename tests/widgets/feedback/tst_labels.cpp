// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/feedback/labels.h"

#include <QImage>
#include <QTest>

#include <utility>

using namespace msrl;
using widgets::ElidedLabel;

namespace {

// The columns in which something is drawn, from the first to the last; -1 where nothing is.
std::pair<int, int> inkOf(ElidedLabel& label)
{
    QImage image(label.size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    label.render(&image, {}, {}, {});
    std::pair<int, int> ink { -1, -1 };
    for (int x = 0; x < image.width(); ++x)
        for (int y = 0; y < image.height(); ++y)
            if (qGray(image.pixel(x, y)) < 128) {
                ink.first = ink.first < 0 ? x : ink.first;
                ink.second = x;
            }
    return ink;
}

} // namespace

class TestLabels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // The last event stands at the right end of the status line.
    void aShortTextStandsWhereItIsAligned()
    {
        ElidedLabel label;
        QPalette black;
        black.setColor(QPalette::WindowText, Qt::black);
        label.setPalette(black);
        label.setFullText(QStringLiteral("HHH"));
        label.resize(400, 24);
        const std::pair<int, int> left = inkOf(label);
        QVERIFY(left.first >= 0 && left.second < 200);
        label.setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        const std::pair<int, int> right = inkOf(label);
        QVERIFY2(right.first > 200 && right.second > 380, qPrintable(QString::number(right.second)));
    }

    void aLongTextIsCutAndToldInTheTip()
    {
        ElidedLabel label;
        const QString text = QStringLiteral("a long word ").repeated(20);
        label.setFullText(text);
        label.resize(60, 24);
        QVERIFY(label.minimumSizeHint().width() < 60);
        QCOMPARE(label.toolTip(), text);
        QCOMPARE(label.accessibleName(), text);
    }
};

QTEST_MAIN(TestLabels)
#include "tst_labels.moc"

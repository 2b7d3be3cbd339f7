// SPDX-License-Identifier: GPL-3.0-or-later
// What the panels of the studio that list plain rows have in common.
#include "widgets/table/table_setup.h"

#include <QHeaderView>
#include <QLabel>
#include <QTest>
#include <QTreeWidget>

using namespace msrl;

class TestTableSetup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aListFitsItsContents()
    {
        QTreeWidget list;
        list.resize(600, 200);
        widgets::setUpList(list, QStringLiteral("Runs"), { QStringLiteral("run"), QStringLiteral("state") });
        const QString wide = QStringLiteral("a name that is wider than its title by far");
        new QTreeWidgetItem(&list, { wide, QStringLiteral("done") });
        list.show();
        QVERIFY(QTest::qWaitForWindowExposed(&list));
        QCOMPARE(list.accessibleName(), QStringLiteral("Runs"));
        QCOMPARE(list.headerItem()->text(1), QStringLiteral("state"));
        QVERIFY(list.columnWidth(0) >= list.fontMetrics().horizontalAdvance(wide));
        QCOMPARE(list.columnWidth(0) + list.columnWidth(1), list.viewport()->width());
        QCOMPARE(list.visualItemRect(list.topLevelItem(0)).left(), 0); // no room for a root's mark
    }

    void theListTakesTheRoomBelowTheSentence()
    {
        QWidget panel;
        panel.resize(400, 300);
        auto* sentence = new QLabel(QStringLiteral("Two runs"), &panel);
        auto* list = new QTreeWidget(&panel);
        widgets::layOutList(panel, *sentence, *list);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        QVERIFY(sentence->geometry().bottom() < list->geometry().top());
        QVERIFY(list->height() > sentence->height());
        QCOMPARE(panel.height() - 1 - list->geometry().bottom(), sentence->geometry().top());
    }
};

QTEST_MAIN(TestTableSetup)
#include "tst_table_setup.moc"

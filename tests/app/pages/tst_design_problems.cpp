// SPDX-License-Identifier: GPL-3.0-or-later
// The problems below the graph: what they say, and the keys that go through them.
#include "app/models/problem_list_model.h"
#include "core/curriculum/templates.h"
#include "design_bench.h"
#include "studio_bench.h"

#include <QListView>
#include <QToolButton>

using namespace msrl;
using models::ProblemListModel;
using test::Bench;

class TestDesignProblems : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLineSaysWhatToDoAndHowBadItIs()
    {
        Bench bench(test::threeStages());
        const QAbstractItemModel& rows = *problems(bench).model();
        QVERIFY(rows.rowCount() > 2);
        int hints = 0;
        for (int row = 0; row < rows.rowCount(); ++row) {
            const QModelIndex index = rows.index(row, 0);
            const QString hint = index.data(ProblemListModel::HintRole).toString();
            hints += hint.isEmpty() ? 0 : 1;
            QVERIFY2(index.data().toString().contains(hint), qPrintable(index.data().toString()));
            QVERIFY(!index.data(Qt::DecorationRole).value<QPixmap>().isNull());
        }
        QVERIFY(hints > 0);
    }

    void aKeyGoesFromProblemToProblem()
    {
        Bench bench(test::threeStages());
        QListView& list = problems(bench);
        const int count = list.model()->rowCount();
        for (int row = 0; row < count; ++row) {
            QTest::keyClick(&bench.view, Qt::Key_F8);
            QCOMPARE(list.currentIndex().row(), row);
            QCOMPARE(
                bench.page.selectedNode(), list.currentIndex().data(ProblemListModel::NodeRole).toString());
            bench.view.setFocus();
        }
        QTest::keyClick(&bench.view, Qt::Key_F8); // round to the first one
        QCOMPARE(list.currentIndex().row(), 0);
        bench.view.setFocus();
        QTest::keyClick(&bench.view, Qt::Key_F8, Qt::ShiftModifier);
        QCOMPARE(list.currentIndex().row(), count - 1);
    }

    // From any page: the status line leads to what it counts.
    void theStatusLineLeadsToTheProblems()
    {
        const QTemporaryDir folder;
        test::StudioBench studio(folder.path());
        pages::MainWindow& window = *studio.window;
        auto* button = window.findChild<QToolButton*>(QStringLiteral("statusProblems"));
        window.document().reset(test::threeStages());
        QVERIFY(button->isVisible());
        QVERIFY2(button->text().startsWith(QString::number(window.document().problems().size())),
            qPrintable(button->text()));
        window.showPage(QStringLiteral("compare"));
        button->click();
        const auto* design = window.findChild<pages::DesignPage*>();
        QVERIFY(design->isVisible());
        const auto* list = window.findChild<QListView*>(QStringLiteral("problemList"));
        QCOMPARE(list->currentIndex().row(), 0);
        QCOMPARE(design->selectedNode(), list->currentIndex().data(ProblemListModel::NodeRole).toString());
        window.document().reset(*curriculum::templateProject("single"));
        QCOMPARE(button->isVisible(), !window.document().problems().empty());
    }

private:
    static QListView& problems(const Bench& bench)
    {
        return *bench.page.findChild<QListView*>(QStringLiteral("problemList"));
    }
};

QTEST_MAIN(TestDesignProblems)
#include "tst_design_problems.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// How the review of a run lays out what it says.
#include "app/pages/launch_review.h"
#include "core/curriculum/templates.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTest>
#include <QTreeWidget>

#include <algorithm>

using namespace msrl;
using pages::LaunchPreview;
using pages::LaunchReview;

namespace {

LaunchPreview previewOf(const curriculum::Project& project, int changes)
{
    LaunchPreview preview(project);
    preview.lastRun = QStringLiteral("run-001");
    preview.estimates = models::estimateRun(project, {});
    preview.place = models::thisMachine(QStringLiteral("/data/runs"));
    for (int i = 0; i < changes; ++i)
        preview.changes.push_back({ QStringLiteral("Stage %1").arg(i), QStringLiteral("Steps"),
            QStringLiteral("a long value ").repeated(20), QStringLiteral("2") });
    return preview;
}

int rowsInSight(const QTreeWidget& table)
{
    int seen = 0;
    for (int row = 0; row < table.topLevelItemCount(); ++row)
        seen += table.viewport()->rect().contains(table.visualItemRect(table.topLevelItem(row)).bottomLeft());
    return seen;
}

} // namespace

class TestLaunchReview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // A few changes take a few lines; many of them leave the rest of the review its room.
    void theChangesTakeTheRoomTheyNeed()
    {
        const curriculum::Project project = *curriculum::templateProject("single");
        int height = 0;
        for (const int changes : { 2, 5, 60 }) {
            LaunchReview review(previewOf(project, changes));
            review.show();
            QVERIFY(QTest::qWaitForWindowExposed(&review));
            const auto* table = review.findChild<QTreeWidget*>(QStringLiteral("reviewChanges"));
            QVERIFY(table->height() > height);
            height = table->height();
            QVERIFY(rowsInSight(*table) >= std::min(changes, 5));
            QVERIFY(rowsInSight(*table) < 60);
            const QTreeWidgetItem* row = table->topLevelItem(0);
            QCOMPARE(row->toolTip(2), row->text(2)); // what is cut can be read
        }
    }

    void theHeadOfAColumnStandsOverItsNumbers()
    {
        const curriculum::Project project = *curriculum::templateProject("single");
        const LaunchReview review(previewOf(project, 0));
        const auto* table = review.findChild<QTreeWidget*>(QStringLiteral("reviewEstimates"));
        QVERIFY(table->topLevelItemCount() > 0);
        for (int column = 1; column < table->columnCount(); ++column)
            QCOMPARE(
                table->headerItem()->textAlignment(column), table->topLevelItem(0)->textAlignment(column));
    }

    // An empty line says what will be taken in its place.
    void theFolderThatIsTakenIsSeen()
    {
        const curriculum::Project project = *curriculum::templateProject("single");
        const LaunchReview review(previewOf(project, 0));
        const widgets::FormRow* folder = nullptr;
        for (const widgets::FormView* view : review.findChildren<widgets::FormView*>())
            if (const widgets::FormRow* row = view->row(QStringLiteral("runsFolder")))
                folder = row;
        QVERIFY(folder);
        QCOMPARE(folder->findChild<QLineEdit*>()->placeholderText(), QStringLiteral("/data/runs"));
    }
};

QTEST_MAIN(TestLaunchReview)
#include "tst_launch_review.moc"

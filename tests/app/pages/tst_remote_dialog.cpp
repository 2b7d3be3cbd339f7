// SPDX-License-Identifier: GPL-3.0-or-later
// How a run or a study is sent to another machine.
#include "app/pages/remote_dialog.h"
#include "app/services/settings.h"
#include "core/curriculum/templates.h"
#include "widgets/form/form_row.h"
#include "widgets/form/form_view.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace msrl;

class TestRemoteDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // How runs are computed there is kept with the target; name and last stage are of one launch.
    void aTargetKeepsHowItsRunsAreComputed()
    {
        const QTemporaryDir folder;
        services::Settings settings(folder.filePath(QStringLiteral("settings.json")));
        const curriculum::Project project = *curriculum::templateProject("single");
        const auto row = [](const pages::RemoteDialog& dialog, const char* name) {
            for (const widgets::FormView* view : dialog.findChildren<widgets::FormView*>())
                if (widgets::FormRow* found = view->row(QLatin1String(name)))
                    return found;
            return static_cast<widgets::FormRow*>(nullptr);
        };
        {
            pages::RemoteDialog dialog(settings, project, models::anotherMachine(folder.path()));
            const auto edit = [&](const char* name, const char* value) {
                Q_EMIT row(dialog, name)->edited(QLatin1String(name), QString::fromUtf8(value));
            };
            QSignalSpy asked(&dialog, &pages::RemoteDialog::runRequested);
            auto* run = dialog.findChild<QPushButton*>(QStringLiteral("remoteRun"));
            QVERIFY(!run->isEnabled());
            dialog.findChild<QLineEdit*>(QStringLiteral("remoteHost"))->setText(QStringLiteral("node"));
            QVERIFY(run->isEnabled());
            QVERIFY(!row(dialog, "runsFolder")->isVisibleTo(&dialog)); // the target's work folder
            edit("device", "gpu");
            QVERIFY(!run->isEnabled());
            edit("device", "cuda");
            edit("ranks", "64"); // how many processors it has is not known here
            edit("runName", "tonight");
            QVERIFY(run->isEnabled());
            run->click();
            QCOMPARE(asked.size(), 1);
            const auto options = asked[0][1].value<models::LaunchOptions>();
            QCOMPARE(options.runName, QStringLiteral("tonight"));
            QCOMPARE(models::launchWords(options).join(QLatin1Char(' ')),
                QStringLiteral("--device cuda --ranks 64 --launcher mpirun"));
        }
        {
            pages::RemoteDialog study(
                settings, project, models::anotherMachine(folder.path(), models::LaunchKind::RemoteStudy));
            QSignalSpy asked(&study, &pages::RemoteDialog::runRequested);
            QCOMPARE(row(study, "device")->field().value.toString(), QStringLiteral("cuda"));
            for (const char* senseless : { "ranks", "until", "runsFolder" })
                QVERIFY2(!row(study, senseless)->isVisibleTo(&study), senseless);
            study.findChild<QPushButton*>(QStringLiteral("remoteRun"))->click();
            QCOMPARE(asked.size(), 1);
            QCOMPARE(models::launchWords(asked[0][1].value<models::LaunchOptions>()).join(QLatin1Char(' ')),
                QStringLiteral("--device cuda"));
        }
        // The ranks of the runs there are still those of the run.
        const pages::RemoteDialog next(settings, project, models::anotherMachine(folder.path()));
        QCOMPARE(row(next, "ranks")->field().value.toString(), QStringLiteral("64"));
        QVERIFY(row(next, "runName")->field().value.toString().isEmpty());
    }
};

QTEST_MAIN(TestRemoteDialog)
#include "tst_remote_dialog.moc"

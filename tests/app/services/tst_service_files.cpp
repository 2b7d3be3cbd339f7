// SPDX-License-Identifier: GPL-3.0-or-later
// Files that the studio reads or has written beside those of the engine.
#include "app/services/log_tail.h"
#include "app/services/set_export.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace msrl;

class TestServiceFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesAreAsATerminalShowsThem()
    {
        const QTemporaryDir folder;
        QFile log(folder.filePath(QStringLiteral("engine.log")));
        QVERIFY(log.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        log.write("plain\nreturned\r\n\r\n10 %\r20 %\r\n30 %\r40 %");
        constexpr int kLookMs = 10;
        services::LogTail tail(nullptr, kLookMs);
        QStringList lines;
        connect(
            &tail, &services::LogTail::linesArrived, this, [&](const QStringList& more) { lines += more; });
        tail.follow(log.fileName());
        const QStringList first { QStringLiteral("plain"), QStringLiteral("returned"), QString(),
            QStringLiteral("20 %") };
        QCOMPARE(lines, first);
        log.write("\r50 %\r");
        log.write("60 %\r\nend\n");
        QTRY_COMPARE(lines, first + QStringList({ QStringLiteral("60 %"), QStringLiteral("end") }));
    }

    // Nothing of an export is left that ended with its window.
    void anExportLeavesNoHalfOfAFile()
    {
        const QTemporaryDir folder;
        const QString script = folder.filePath(QStringLiteral("engine"));
        QFile engine(script);
        QVERIFY(engine.open(QIODevice::WriteOnly));
        engine.write("#!/bin/sh\necho half > \"$6.7.tmp\"\nexec sleep 60\n");
        engine.close();
        QVERIFY(engine.setPermissions(QFile::ReadOwner | QFile::ExeOwner));
        const QDir out(folder.filePath(QStringLiteral("out")));
        QVERIFY(out.mkpath(QStringLiteral(".")));
        const auto files = [&out] { return out.entryList(QDir::Files | QDir::Hidden).size(); };
        {
            services::SetExport set;
            set.start({ script, folder.path(), QStringLiteral("cmkd"), {},
                out.filePath(QStringLiteral("set.parquet")) });
            QTRY_COMPARE(files(), 1);
        }
        QCOMPARE(files(), 0);
    }

    void aSetIsExportedByItsEnding_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("file");
        QTest::newRow("none") << "/a/run-001-set"
                              << "/a/run-001-set.parquet";
        QTest::newRow("of the run's name") << "/a/v1.2-set"
                                           << "/a/v1.2-set.parquet";
        QTest::newRow("own") << "/a/set.parquet"
                             << "/a/set.parquet";
        QTest::newRow("of another format") << "/a/set.jsonl"
                                           << "/a/set.jsonl";
    }

    void aSetIsExportedByItsEnding()
    {
        QFETCH(QString, typed);
        QFETCH(QString, file);
        QCOMPARE(services::exportFileName(typed, QStringLiteral("parquet")), file);
    }
};

QTEST_GUILESS_MAIN(TestServiceFiles)
#include "tst_service_files.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
// What the studio does not read itself and asks the engine for: videos, and datasets as Parquet files.
#include "app/services/dataset_by_engine.h"
#include "app/services/engine_pictures.h"
#include "tests/support/pictures_double.h"

#include <QDateTime>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace msrl;
using namespace msrl::services;

class TestEngineReading : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_double = std::make_unique<tests::PicturesDouble>(m_folder->path());
        for (const char* name : { "clip.mp4", "bad.mp4", "third.mp4" })
            QVERIFY(QFile::copy(m_double->path("red.png"), m_double->path(name)));
    }

    void cleanup()
    {
        m_double.reset();
        m_folder.reset();
    }

    // By one process; a fault with one keeps nobody from the others.
    void whatIsLookedAtTogetherIsAskedTogether()
    {
        EnginePictures pictures([this] { return m_double->program(); });
        QSignalSpy changed(&pictures, &EnginePictures::changed);
        QVERIFY(pictures.look(question("clip.mp4")).waiting);
        QVERIFY(pictures.look(question("bad.mp4")).waiting);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(pictures.look(question("clip.mp4")).pictures,
            (QStringList { m_double->path("red.png"), m_double->path("blue.png") }));
        const PictureAnswer bad = pictures.look(question("bad.mp4"));
        QVERIFY(!bad.waiting && bad.pictures.isEmpty());
        QVERIFY2(bad.problem.contains(QStringLiteral("damaged")), qPrintable(bad.problem));
        QCOMPARE(m_double->asked().size(), 1);
        QVERIFY(m_double->asked()[0].contains(QStringLiteral("--frames 4 --frame-rule hf")));
    }

    void otherFramesAreAnotherQuestion()
    {
        EnginePictures pictures([this] { return m_double->program(); });
        pictures.look(question("clip.mp4"));
        PictureQuestion other = question("clip.mp4");
        other.frames = 8;
        other.frameRule = QStringLiteral("original");
        pictures.look(other);
        QTRY_COMPARE(m_double->asked().size(), 2);
        const QStringList asked = m_double->asked();
        QVERIFY(asked[0].contains(QStringLiteral("--frames 8"))); // what was looked at last
    }

    void aChangedFileIsReadAgain()
    {
        EnginePictures pictures([this] { return m_double->program(); });
        pictures.look(question("clip.mp4"));
        QTRY_VERIFY(!pictures.look(question("clip.mp4")).waiting);
        QFile file(m_double->path("clip.mp4"));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(
            file.setFileTime(QDateTime::currentDateTime().addSecs(60), QFileDevice::FileModificationTime));
        file.close();
        QVERIFY(pictures.look(question("clip.mp4")).waiting);
        QTRY_VERIFY(!pictures.look(question("clip.mp4")).waiting);
        QCOMPARE(m_double->asked().size(), 2);
    }

    // Its bytes become a file that the engine is given.
    void anImageInARowIsAskedForAsAFile()
    {
        EnginePictures pictures([this] { return m_double->program(); });
        const PictureQuestion row { QStringLiteral("data:image/webp;base64,UklGRg=="), 0, {} };
        pictures.look(row);
        QTRY_VERIFY(!pictures.look(row).waiting);
        QVERIFY(!pictures.look(row).pictures.isEmpty());
        QVERIFY(m_double->asked()[0].contains(QStringLiteral(".webp --folder")));
        QVERIFY(!m_double->asked()[0].contains(QStringLiteral("--frames")));
    }

    void withoutAnEngineItSaysSo()
    {
        EnginePictures none([] { return QString(); });
        const PictureAnswer answer = none.look(question("clip.mp4"));
        QVERIFY(!answer.waiting);
        QVERIFY2(answer.problem.contains(QStringLiteral("not found")), qPrintable(answer.problem));
        EnginePictures other(
            [] { return QStringLiteral("/bin/false"); }); // one that does not know the question
        other.look(question("clip.mp4"));
        QTRY_VERIFY(!other.look(question("clip.mp4")).waiting);
        QVERIFY(!other.look(question("clip.mp4")).problem.isEmpty());
    }

    void whatIsNoDatasetIsRefused()
    {
        QVERIFY(!readDatasetRows("half a"));
        QVERIFY(!readDatasetRows(R"({"counts": {}, "samples": []})"));
        const std::string counts = data::Inspection().toJson().dump();
        const auto good
            = readDatasetRows(R"({"counts": )" + counts + R"(, "samples": [{"id": "t", "task": "text",
            "query": "q", "a": "x", "b": "y"}]})");
        QVERIFY2(good.ok(), good ? "" : good.error().message().c_str());
        QCOMPARE(good->first.size(), std::size_t { 1 });
        QVERIFY(!readDatasetRows(R"({"counts": )" + counts + R"(, "samples": [{"id": "t"}]})"));
    }

    // The words of the engine, and an end where the question is given up.
    void anEngineThatFailsIsQuoted()
    {
        const std::atomic<bool> wanted { false };
        const QString folder = m_folder->path();
        const auto none
            = datasetByEngine(QStringLiteral("/nowhere/engine"), base::Json::object(), "/", folder, wanted);
        QVERIFY(!none.ok());
        const QString script = m_double->path("complains");
        {
            QFile file(script);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("#!/bin/sh\necho 'pairs.parquet[0]: field task: is missing' >&2\nexit 2\n");
        }
        QVERIFY(QFile::setPermissions(script, QFileDevice::ReadOwner | QFileDevice::ExeOwner));
        const auto refused = datasetByEngine(script, base::Json::object(), "/", folder, wanted);
        QVERIFY(!refused.ok());
        QVERIFY(refused.error().message().find("field task") != std::string::npos);
        const QString endless = m_double->path("endless");
        {
            QFile file(endless);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("#!/bin/sh\nexec sleep 600\n");
        }
        QVERIFY(QFile::setPermissions(endless, QFileDevice::ReadOwner | QFileDevice::ExeOwner));
        const std::atomic<bool> stopped { true };
        QVERIFY(!datasetByEngine(endless, base::Json::object(), "/", folder, stopped).ok());
    }

private:
    PictureQuestion question(const char* file) const
    {
        return { m_double->path(file), 4, QStringLiteral("hf") };
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<tests::PicturesDouble> m_double;
};

QTEST_GUILESS_MAIN(TestEngineReading)
#include "tst_engine_reading.moc"

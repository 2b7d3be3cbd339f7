// SPDX-License-Identifier: GPL-3.0-or-later
// Project files that are damaged, foreign or hostile: each gets a message with the place, the open project
// stays, and the file is as it was.
#include "app/commands/edits.h"
#include "app/commands/frames.h"
#include "app/models/project_document.h"
#include "core/base/files.h"
#include "core/curriculum/templates.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using msrl::models::ProjectDocument;
namespace base = msrl::base;
namespace commands = msrl::commands;
namespace curriculum = msrl::curriculum;

namespace {

constexpr qint64 kNested = 100 << 20;

std::string paper()
{
    return curriculum::serialiseProject(*curriculum::templateProject("paper"));
}

std::string changed(const std::string& from, const std::string& to)
{
    std::string text = paper();
    const std::size_t at = text.find(from);
    return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
}

} // namespace

class TestBrokenFiles : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString write(const std::string& content)
    {
        const QString path = m_folder.filePath(QStringLiteral("file.msrl"));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly)
            || file.write(content.data(), static_cast<qint64>(content.size())) < 0)
            qFatal("cannot write the test's file");
        return path;
    }

    // The message of the refusal; the file must be as it was, and so must the open project.
    QString refusal(const std::string& content)
    {
        const QString path = write(content);
        ProjectDocument document;
        document.reset(*curriculum::templateProject("single"));
        const std::string before = document.text();
        const base::Status opened = document.open(path);
        if (opened)
            return {};
        if (document.text() != before || *base::readFile(path.toStdString(), kNested + 1) != content)
            qFatal("a refused file changed something");
        if (document.saveAs(path).ok())
            qFatal("a file that is not understood was written over");
        return QString::fromStdString(opened.error().message());
    }

private Q_SLOTS:
    void everyCutFileIsRefusedWithItsLine()
    {
        const std::string whole = paper();
        for (std::size_t length = 0; length + 2 < whole.size(); length += 61) {
            const QString words = refusal(whole.substr(0, length));
            const QString said = length == 0 ? QStringLiteral("is empty") : QStringLiteral("line ");
            QVERIFY2(words.contains(said), qPrintable(words));
            QVERIFY(words.contains(QStringLiteral("file.msrl")));
        }
    }

    void wrongTypesAndIdsAreRefusedWithTheirPlace_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("place");
        const auto row
            = [](const char* name, const std::string& from, const std::string& to, const char* place) {
                  const std::string content = changed(from, to);
                  QVERIFY2(!content.empty(), name);
                  QTest::newRow(name) << QByteArray::fromStdString(content) << QString::fromLatin1(place);
              };
        row("nodes are a number", "\"nodes\": [", "\"nodes\": 3, \"others\": [", "field nodes");
        row("title is a list", "\"title\": \"1a Text SFT\"", "\"title\": [1]", "node sft, field title");
        row("params are text", "\"params\": {\n    \"path\": \"models/InternVL3_5-8B\"\n   }",
            "\"params\": \"none\"", "node base, field params");
        row("an id twice", "\"id\": \"text_sft\"", "\"id\": \"base\"", "node base: the id is used twice");
        row("an id in capitals", "\"id\": \"base\"", "\"id\": \"BASE\"", "node BASE, field id");
        row("an edge without a port", "\"from\": \"base.policy\"", "\"from\": \"base\"", "edge 0");
        row("a frame without a width", "\"frames\": [", "\"frames\": [{\"id\": \"f\", \"x\": 0}, ",
            "frame 0, field y");
        row("a frame of no size", "\"frames\": [",
            "\"frames\": [{\"id\": \"f\", \"x\": 0, \"y\": 0, \"width\": 0, \"height\": 9}, ",
            "frame 0, field width");
        row("a key twice", "\"edges\": [", "\"frames\": [], \"edges\": [", "the key \"frames\" comes twice");
        row("a seed below zero", "\"seed\": 0", "\"seed\": -1", "field seed");
        row("another major version", "msrl-project/1.1", "msrl-project/2.0", "major version");
    }

    void wrongTypesAndIdsAreRefusedWithTheirPlace()
    {
        QFETCH(QByteArray, content);
        QFETCH(QString, place);
        const QString words = refusal(content.toStdString());
        QVERIFY2(words.contains(place), qPrintable(words));
    }

    // Structure that can be read but not run is opened, so that it can be put right; the list says where.
    void circlesAndUnknownTypesAreListedWithTheirStage()
    {
        ProjectDocument document;
        const std::string circle = changed("{\n   \"from\": \"base.policy\",\n   \"to\": \"sft.policy\"\n  }",
            "{\"from\": \"rl_text.policy\", \"to\": \"sft.policy\"}");
        const std::string unknown = changed("\"type\": \"export\"", "\"type\": \"teleport\"");
        const auto problemOf = [&](const std::string& content, const std::string& words) {
            const QString path = write(content);
            if (!document.open(path) || document.numErrors() == 0)
                return std::string("no problem");
            if (*base::readFile(path.toStdString()) != content)
                return std::string("the file changed");
            for (const curriculum::Problem& problem : document.problems())
                if (problem.message().find(words) != std::string::npos)
                    return problem.nodeId;
            return std::string("not named: ") + document.problems().front().message();
        };
        QCOMPARE(problemOf(unknown, "teleport"), std::string("export"));
        const std::string node = problemOf(circle, "circle");
        QVERIFY2(node == "sft" || node == "rl_text", node.c_str());
    }

    void aHundredMegabytesOfBracketsEndAtOnce()
    {
        QVERIFY(!refusal(std::string(static_cast<std::size_t>(kNested), '[')).isEmpty());
        // Under the limit of the size, deep all the same.
        const QString words = refusal("{\"schema\": " + std::string(std::size_t { 32 } << 20, '['));
        QVERIFY2(words.contains(QStringLiteral("file.msrl")), qPrintable(words));
        const QString objects = refusal("{\"schema\": \"msrl-project/1.0\", \"nodes\": ["
            + std::string(1000, '[') + std::string(1000, ']') + "]}");
        QVERIFY2(!objects.isEmpty(), "1000 levels");
    }

    // At every place of the file, through edits of just those things, and with undo exact to the byte.
    void whatANewerMinorVersionWroteSurvivesLoadEditAndSave()
    {
        ProjectDocument document;
        const QString path = write(R"({"schema": "msrl-project/1.7", "name": "n", "palette": {"warm": [1, 2]},
            "nodes": [
              {"id": "old", "type": "dataset", "position": {"x": 0, "y": 0}},
              {"id": "rl", "type": "rl", "owner": "Ann", "params": {"warmth": 3},
               "position": {"x": 8, "y": 8, "z": 5}},
              {"id": "sft", "type": "rl", "position": {"x": 8, "y": 8}}],
            "edges": [{"from": "old.samples", "to": "rl.replay", "weight": 0.5}],
            "frames": [{"id": "f", "title": "t", "colour": "plaid", "x": 0, "y": 0, "width": 320, "height": 200,
                        "folded": true}]})");
        const base::Status opened = document.open(path);
        QVERIFY2(opened.ok(), opened ? "" : opened.error().message().c_str());
        const std::string before = document.text();
        commands::renameNode(document, "rl", "another");
        commands::moveNodes(document, { { "rl", { 64, 64 } } });
        commands::renameFrame(document, "f", "changed");
        commands::placeFrames(document, { { "f", { 8, 8, 400, 400 } } });
        const curriculum::Edge known { "old", "samples", "rl", "replay" }; // as the canvas names it
        QCOMPARE(commands::reconnect(document, known, { "old", "samples", "sft", "replay" }), QString());
        const auto copies = commands::duplicateItems(document, { "rl" }, { "f" });
        QVERIFY(document.save().ok());
        const auto saved = base::parseJson(*base::readFile(path.toStdString()), "saved");
        QVERIFY(saved.ok());
        QCOMPARE(saved->at("schema").get<std::string>(), std::string("msrl-project/1.7"));
        QCOMPARE(saved->at("palette").dump(), std::string(R"({"warm":[1,2]})"));
        for (const std::size_t node : { 1U, 3U }) { // the stage and its copy
            QCOMPARE(saved->at("nodes")[node].value("owner", ""), std::string("Ann"));
            QCOMPARE(saved->at("nodes")[node]["params"]["warmth"].get<int>(), 3);
            QCOMPARE(saved->at("nodes")[node]["position"]["z"].get<int>(), 5);
        }
        QCOMPARE(saved->at("edges").dump(),
            std::string(R"([{"from":"old.samples","to":"sft.replay","weight":0.5}])"));
        for (const base::Json& frame : saved->at("frames")) {
            QVERIFY(frame.at("folded").get<bool>());
            QCOMPARE(frame.at("colour").get<std::string>(), std::string("plaid"));
        }
        QCOMPARE(saved->at("frames").size(), std::size_t { 2 });
        while (document.undoStack().canUndo())
            document.undoStack().undo();
        QCOMPARE(document.text(), before);
    }

    // A file of the first minor version becomes one of this version when it is saved, and means the same.
    void anOlderMinorVersionIsRaisedWhenSaved()
    {
        ProjectDocument document;
        const QString path = write(changed("msrl-project/1.1", "msrl-project/1.0"));
        QVERIFY(document.open(path).ok());
        QVERIFY(!document.isModified());
        QCOMPARE(document.text(), paper());
        const std::size_t before = document.project().frames.size();
        commands::addFrame(document, "Stage 1", { 0, 0, 320, 200 });
        QVERIFY(document.save().ok());
        const auto saved = curriculum::loadProject(path.toStdString());
        QVERIFY(saved.ok());
        QCOMPARE(saved->schemaMinor, curriculum::kSchemaMinor);
        QCOMPARE(saved->frames.size(), before + 1);
    }
};

QTEST_GUILESS_MAIN(TestBrokenFiles)
#include "tst_broken_files.moc"

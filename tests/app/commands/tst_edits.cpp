// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/edits.h"
#include "app/commands/frames.h"
#include "app/models/node_library_model.h"
#include "app/models/node_status.h"
#include "app/models/problem_list_model.h"
#include "app/models/project_diff.h"
#include "app/models/project_document.h"
#include "core/base/files.h"
#include "edit_walker.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using msrl::models::NodeCondition;
using msrl::models::ProjectDocument;
using msrl::test::Walker;
namespace commands = msrl::commands;
namespace curriculum = msrl::curriculum;

namespace {

constexpr int kManyCommands = 10'000;

double numberOf(const ProjectDocument& document, const char* node, const char* field)
{
    return curriculum::fieldValue(*document.project().node(node), field).get<double>();
}

} // namespace

class TestEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void undoWalkRestoresEveryByte()
    {
        ProjectDocument document;
        Walker walker(document);
        std::map<int, std::string> texts { { 0, document.text() } };
        for (int i = 0; i < 600; ++i) {
            walker.step();
            texts[document.undoStack().index()] = document.text();
        }
        const int end = document.undoStack().index();
        QVERIFY(end > 200);
        for (int i = end; i > 0; --i) {
            document.undoStack().undo();
            QCOMPARE(document.text(), texts.at(i - 1));
        }
        for (int i = 1; i <= end; ++i) {
            document.undoStack().redo();
            QCOMPARE(document.text(), texts.at(i));
        }
    }

    // All the way back and all the way forth, with a look on the way at every hundredth command.
    void tenThousandCommandsGoBackAndForthByteForByte()
    {
        ProjectDocument document;
        commands::addNode(document, "model", { 8, 8 });
        document.undoStack().clear();
        const std::string start = document.text();
        Walker walker(document);
        std::map<int, std::string> texts;
        while (document.undoStack().index() < kManyCommands) {
            walker.step();
            if (document.undoStack().index() % 100 == 0)
                texts[document.undoStack().index()] = document.text();
        }
        QCOMPARE(document.undoStack().count(), kManyCommands);
        const std::string end = document.text();
        QVERIFY(start != end);
        for (int i = kManyCommands - 1; i >= 0; --i) {
            document.undoStack().undo();
            if (i > 0 && texts.count(i))
                QCOMPARE(document.text(), texts.at(i));
        }
        QCOMPARE(document.text(), start);
        QVERIFY(!document.undoStack().canUndo());
        while (document.undoStack().canRedo())
            document.undoStack().redo();
        QCOMPARE(document.text(), end);
    }

    void oneDragOfASliderIsOneStepBack()
    {
        ProjectDocument document;
        commands::addNode(document, "rl", {});
        const int before = document.undoStack().index();
        for (const double ratio : { 6.0, 7.0, 8.0 })
            commands::setField(document, "rl", "replay_ratio", ratio, 42);
        QCOMPARE(document.undoStack().index(), before + 1);
        commands::setField(document, "rl", "replay_ratio", 3.0, 43);
        QCOMPARE(document.undoStack().index(), before + 2);
        document.undoStack().undo();
        QCOMPARE(numberOf(document, "rl", "replay_ratio"), 8.0);
        document.undoStack().undo();
        QCOMPARE(numberOf(document, "rl", "replay_ratio"), 5.0);
    }

    void aDefaultValueIsNotWritten()
    {
        ProjectDocument document;
        commands::addNode(document, "rl", {});
        commands::setField(document, "rl", "group_size", 4);
        QVERIFY(document.project().node("rl")->params.contains("group_size"));
        commands::setField(document, "rl", "group_size", 8);
        QVERIFY(document.project().node("rl")->params.empty());
    }

    void refusedEdgeLeavesNoTrace()
    {
        ProjectDocument document;
        commands::addNode(document, "model", {});
        commands::addNode(document, "gate", {});
        const int before = document.undoStack().index();
        QVERIFY(!commands::connectPorts(document, { "model", "policy", "gate", "candidates" }).isEmpty());
        QCOMPARE(document.undoStack().index(), before);
        QVERIFY(document.project().edges.empty());
    }

    void damagedFileIsNeitherOpenedNorOverwritten()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("broken.msrl");
        QVERIFY(msrl::base::writeFileAtomically(path.toStdString(), "{ \"schema\": ").ok());
        ProjectDocument document;
        commands::addNode(document, "rl", {});
        const std::string before = document.text();
        QVERIFY(!document.open(path).ok());
        QCOMPARE(document.text(), before);
        QVERIFY(!document.saveAs(path).ok());
        QCOMPARE(*msrl::base::readFile(path.toStdString()), std::string("{ \"schema\": "));
    }

    void fileChangedByAnotherProgramIsNotOverwritten()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath("project.msrl");
        ProjectDocument document;
        commands::addNode(document, "rl", {});
        QVERIFY(document.saveAs(path).ok());
        QVERIFY(!document.isModified());
        ProjectDocument other;
        QVERIFY(other.open(path).ok());
        commands::setField(other, "rl", "steps", 7);
        QVERIFY(other.save().ok());
        commands::setField(document, "rl", "steps", 9);
        QVERIFY(!document.save().ok());
        QVERIFY(document.isModified());
        QVERIFY(other.open(path).ok());
        QCOMPARE(numberOf(other, "rl", "steps"), 7.0);
    }

    void changeUpstreamMakesWhatRanStale()
    {
        ProjectDocument document;
        commands::addNode(document, "model", {});
        commands::addNode(document, "dataset", {});
        commands::addNode(document, "rl", {});
        commands::setField(document, "model", "path", "base");
        commands::setField(document, "dataset", "path", "text.jsonl");
        QCOMPARE(commands::connectPorts(document, { "model", "policy", "rl", "policy" }), QString());
        QCOMPARE(commands::connectPorts(document, { "dataset", "samples", "rl", "preferences" }), QString());
        msrl::models::RunOfProject run;
        run.project = document.project();
        for (const char* id : { "model", "dataset", "rl" }) {
            msrl::store::StageRow row;
            row.stage = row.nodeId = id;
            row.state = msrl::store::StageState::Done;
            run.stages.push_back(row);
        }
        const auto condition = [&](const char* id) {
            return msrl::models::nodeStatuses(document.project(), {}, run).at(id).condition;
        };
        QCOMPARE(condition("rl"), NodeCondition::Done);
        commands::setField(document, "dataset", "limit", 10);
        QCOMPARE(condition("dataset"), NodeCondition::Stale);
        QCOMPARE(condition("rl"), NodeCondition::Stale);
        QCOMPARE(condition("model"), NodeCondition::Done);
        document.undoStack().undo();
        QCOMPARE(condition("rl"), NodeCondition::Done);
    }

    // Copied in one project, pasted into another one that knows the ids already.
    void stagesTravelAsText()
    {
        ProjectDocument document;
        for (const char* type : { "model", "rl", "sft" })
            commands::addNode(document, type, { 100, 40 });
        commands::setField(document, "rl", "steps", 33);
        QCOMPARE(commands::connectPorts(document, { "model", "policy", "rl", "policy" }), QString());
        QCOMPARE(commands::connectPorts(document, { "rl", "policy", "sft", "policy" }), QString());
        const std::string text = commands::copiedText(document, { "model", "rl" });
        const auto parsed = curriculum::parseProject(text, "text");
        QVERIFY(parsed.ok());
        QCOMPARE(parsed->edges.size(), std::size_t { 1 }); // not the one to the stage that stayed behind
        ProjectDocument other;
        commands::addNode(other, "rl", {});
        const std::string before = other.text();
        const auto pasted = commands::pasteText(other, text, { 500, 300 });
        QVERIFY(pasted.ok());
        QCOMPARE(pasted->nodes, (std::vector<std::string> { "model", "rl_2" }));
        QCOMPARE(numberOf(other, "rl_2", "steps"), 33.0);
        QCOMPARE(other.project().node("model")->x, 500.0);
        QCOMPARE(other.project().edges,
            (std::vector<curriculum::Edge> { { "model", "policy", "rl_2", "policy" } }));
        other.undoStack().undo();
        QCOMPARE(other.text(), before);
        other.undoStack().redo();
        QCOMPARE(other.project().nodes.size(), std::size_t { 3 });
    }

    // The frame travels with its stages, at the same distances, and one undo takes all of it back.
    void framesTravelWithTheirStages()
    {
        ProjectDocument document;
        commands::addNode(document, "model", { 40, 64 });
        commands::addNode(document, "rl", { 312, 64 });
        const std::string frame = commands::addFrame(document, "Stage 1", { 16, 8, 520, 240 });
        commands::recolourFrames(document, { frame }, "green");
        const std::string text = commands::copiedText(document, { "model", "rl" }, { frame });
        ProjectDocument other;
        commands::addFrame(other, "there already", { 0, 0, 200, 200 });
        const std::string before = other.text();
        const auto pasted = commands::pasteText(other, text, { 1016, 508 });
        QVERIFY(pasted.ok());
        QCOMPARE(pasted->frames, (std::vector<std::string> { "frame_2" }));
        const curriculum::Frame& copy = *other.project().frame("frame_2");
        QCOMPARE(QRectF(copy.x, copy.y, copy.width, copy.height), QRectF(1016, 508, 520, 240));
        QCOMPARE(copy.title + ", " + copy.colour, std::string("Stage 1, green"));
        QCOMPARE(other.project().node("rl")->x, 1312.0);
        other.undoStack().undo();
        QCOMPARE(other.text(), before);
        other.undoStack().redo();
        const auto again = curriculum::parseProject(other.text(), "again");
        QVERIFY(again.ok());
        QCOMPARE(*again, other.project());
    }

    void textThatIsNoPartOfAProjectIsRefused()
    {
        ProjectDocument document;
        commands::addNode(document, "model", {});
        const std::string good = commands::copiedText(document, { "model" });
        const auto changed = [&](const std::string& from, const std::string& to) {
            std::string text = good;
            const std::size_t at = text.find(from);
            return at == std::string::npos ? std::string() : text.replace(at, from.size(), to);
        };
        const std::string before = document.text();
        for (const std::string& text : { std::string("hello"), std::string("{}"),
                 good.substr(0, good.size() / 2), changed("\"type\": \"model\"", "\"type\": \"modal\"") }) {
            const auto pasted = commands::pasteText(document, text, {});
            QVERIFY2(!pasted.ok(), text.c_str());
            QVERIFY(!pasted.error().message().empty());
            QCOMPARE(document.text(), before);
        }
    }

    void theDiffNamesWhatARunWouldDoOtherwise()
    {
        ProjectDocument document;
        for (const char* type : { "model", "rl", "dataset" })
            commands::addNode(document, type, {});
        QCOMPARE(commands::connectPorts(document, { "model", "policy", "rl", "policy" }), QString());
        const curriculum::Project before = document.project();
        QVERIFY(msrl::models::projectChanges(before, before).empty());
        // What no result depends on.
        commands::moveNodes(document, { { "rl", { 64, 64 } } });
        commands::setComment(document, "rl", "why");
        const msrl::base::Json steps = curriculum::fieldValue(*before.node("rl"), "steps");
        commands::setField(document, "rl", "steps", steps); // the default, spelled out
        QVERIFY(msrl::models::projectChanges(before, document.project()).empty());
        commands::setField(document, "rl", "steps", 7);
        commands::toggleFrozen(document, { "model" });
        commands::removeItems(document, { "dataset" }, { { "model", "policy", "rl", "policy" } });
        commands::addNode(document, "sft", {});
        const auto changes = msrl::models::projectChanges(before, document.project());
        QCOMPARE(changes.size(), std::size_t { 5 });
        QCOMPARE(changes[0].what, QStringLiteral("frozen"));
        QCOMPARE(changes[1].before, QString::fromStdString(steps.dump()));
        QCOMPARE(changes[1].after, QStringLiteral("7"));
        QVERIFY(changes[2].what.startsWith(QStringLiteral("edge into")) && changes[2].after.isEmpty());
        QCOMPARE(changes[3].after, QStringLiteral("added"));
        QCOMPARE(changes[4].after, QStringLiteral("removed"));
    }

    void modelsKeepTheirPromises()
    {
        using Mode = QAbstractItemModelTester::FailureReportingMode;
        msrl::models::NodeLibraryModel library("application/x-test");
        const QAbstractItemModelTester libraryTester(&library, Mode::QtTest);
        QCOMPARE(library.rowCount(), static_cast<int>(curriculum::nodeTypes().size()));
        ProjectDocument document;
        msrl::models::ProblemListModel problems;
        const QAbstractItemModelTester problemTester(&problems, Mode::QtTest);
        commands::addNode(document, "rl", {});
        problems.setProblems(document.project(), document.problems());
        QVERIFY(problems.rowCount() >= 2); // policy and preferences are not connected
        problems.setProblems({}, {});
        QCOMPARE(problems.rowCount(), 0);
    }
};

QTEST_GUILESS_MAIN(TestEdits)
#include "tst_edits.moc"

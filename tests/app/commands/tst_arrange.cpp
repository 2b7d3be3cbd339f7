// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/arrange.h"
#include "app/commands/edits.h"
#include "app/models/project_document.h"
#include "core/curriculum/templates.h"

#include <QTest>

#include <cmath>

using msrl::models::ProjectDocument;
namespace commands = msrl::commands;
namespace curriculum = msrl::curriculum;

class TestArrange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stagesAreArrangedInOneStep()
    {
        ProjectDocument document;
        for (const char* type : { "model", "rl", "dataset", "sft" })
            commands::addNode(document, type, { 40, 80 });
        QCOMPARE(commands::connectPorts(document, { "model", "policy", "rl", "policy" }), QString());
        QCOMPARE(commands::connectPorts(document, { "dataset", "samples", "rl", "preferences" }), QString());
        QCOMPARE(commands::connectPorts(document, { "rl", "policy", "sft", "policy" }), QString());
        const std::string before = document.text();
        const int index = document.undoStack().index();
        const auto place = [&](const char* id) {
            return QPointF(document.project().node(id)->x, document.project().node(id)->y);
        };
        commands::arrangeNodes(document, {}, commands::Arrangement::Layers);
        QCOMPARE(document.undoStack().index(), index + 1);
        for (const curriculum::Edge& edge : document.project().edges)
            QVERIFY(place(edge.fromNode.c_str()).x() + 200 < place(edge.toNode.c_str()).x());
        QVERIFY(std::abs(place("model").y() - place("dataset").y()) >= 150);
        document.undoStack().undo();
        QCOMPARE(document.text(), before);
        commands::moveNodes(
            document, { { "model", { 0, 0 } }, { "rl", { 104, 40 } }, { "sft", { 800, 96 } } });
        commands::arrangeNodes(document, { "model", "rl", "sft" }, commands::Arrangement::DistributeAcross);
        QCOMPARE(place("rl"), QPointF(400, 40));
        commands::arrangeNodes(document, { "model", "rl", "sft" }, commands::Arrangement::AlignTop);
        QCOMPARE(place("sft"), QPointF(800, 0));
        const int after = document.undoStack().index();
        commands::arrangeNodes(document, { "model", "rl" }, commands::Arrangement::DistributeDown);
        commands::arrangeNodes(document, { "rl" }, commands::Arrangement::AlignLeft);
        QCOMPARE(document.undoStack().index(), after);
    }

    void thePapersValuesAreTakenInOneStep()
    {
        const curriculum::Project paper = *curriculum::templateProject("scripts");
        ProjectDocument document;
        commands::addNode(document, "rl", {});
        commands::setField(document, "rl", "steps", 7);
        const std::string before = document.text();
        const int index = document.undoStack().index();
        commands::takeValues(document, "rl", *paper.node("rl_caption"));
        QCOMPARE(document.undoStack().index(), index + 1);
        QVERIFY(curriculum::resolvedParams(*document.project().node("rl"))
            == curriculum::resolvedParams(*paper.node("rl_caption")));
        QCOMPARE(document.project().node("rl")->title, paper.node("rl_caption")->title);
        document.undoStack().undo();
        QCOMPARE(document.text(), before);
    }
};

QTEST_GUILESS_MAIN(TestArrange)
#include "tst_arrange.moc"

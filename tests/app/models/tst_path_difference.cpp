// SPDX-License-Identifier: GPL-3.0-or-later
// Paths beside each other: their sections against the strict parser, their differences against a plain table
// of common sequences.
#include "app/models/path_difference.h"
#include "core/judge/parser.h"

#include <QTest>

#include <algorithm>
#include <random>
#include <string>

using namespace msrl;
using namespace msrl::models;

namespace {

std::string part(const std::string& text, const TextRange& range)
{
    return text.substr(range.begin, range.end - range.begin);
}

std::vector<std::string> parts(const std::string& text, const std::vector<TextRange>& ranges)
{
    std::vector<std::string> all;
    for (const TextRange& range : ranges)
        all.push_back(part(text, range));
    return all;
}

using Texts = std::vector<std::string>;

std::size_t longestCommon(const Texts& a, const Texts& b)
{
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1, 0));
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j)
            table[i][j]
                = a[i - 1] == b[j - 1] ? table[i - 1][j - 1] + 1 : std::max(table[i - 1][j], table[i][j - 1]);
    }
    return table[a.size()][b.size()];
}

Texts split(const std::string& text)
{
    Texts words;
    for (const QString& word : QString::fromStdString(text).split(QLatin1Char(' '), Qt::SkipEmptyParts))
        words.push_back(word.toStdString());
    return words;
}

// The text without the ranges, as words.
Texts without(const std::string& text, const std::vector<TextRange>& ranges)
{
    std::string rest;
    std::size_t at = 0;
    for (const TextRange& range : ranges) {
        rest += text.substr(at, range.begin - at) + ' ';
        at = range.end;
    }
    return split(rest + text.substr(at));
}

} // namespace

class TestPathDifference : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sectionsOfAGoodPathAreTheParsers()
    {
        const std::string text
            = "<type>image understanding</type>\n<caption> a cup </caption>\n<think>It is\nred. "
              "</think><answer>B</answer>\n";
        const judge::Judgement parsed = judge::parseStrict(text, { .type = true, .caption = true });
        QVERIFY(parsed.formatOk);
        const auto sections = pathSections(text);
        QCOMPARE(sections.size(), std::size_t { 4 });
        QCOMPARE(part(text, sections[0].body), *parsed.type);
        QCOMPARE(
            QString::fromStdString(*parsed.caption).trimmed().toStdString(), part(text, sections[1].body));
        QCOMPARE(
            QString::fromStdString(*parsed.thought).trimmed().toStdString(), part(text, sections[2].body));
        QVERIFY(sections[3].part == PathPart::Answer);
        QCOMPARE(part(text, sections[3].body), std::string("B"));
    }

    void brokenPathsAreCutAtTheTagsTheyHave()
    {
        const std::string open = "so: <think> first <answer>A";
        const auto sections = pathSections(open);
        QCOMPARE(sections.size(), std::size_t { 3 });
        QVERIFY(sections[0].part == PathPart::Outside);
        QCOMPARE(part(open, sections[1].body), std::string("first"));
        QCOMPARE(part(open, sections[2].body), std::string("A"));
        QVERIFY(pathSections("").empty());
        QCOMPARE(pathSections("<answer></answer>").size(), std::size_t { 1 });
        QVERIFY(pathSections("</think> x").front().part == PathPart::Outside);
    }

    void onlyWhatDiffersIsMarked()
    {
        const std::string left = "The cup is red, so A is right.";
        const std::string right = "The big cup is blue, so B is right.";
        const WordDifference difference = compareWords(left, right);
        QCOMPARE(parts(left, difference.left), (Texts { "red", "A" }));
        QCOMPARE(parts(right, difference.right), (Texts { "big", "blue", "B" }));
        QCOMPARE(difference.wordsLeft, 2);
        QCOMPARE(difference.wordsRight, 3);
    }

    void lettersOfScriptsWithoutSpacesStandAlone()
    {
        const std::string left = "图中杯子是红色的";
        const std::string right = "图中杯子是蓝色的";
        const WordDifference difference = compareWords(left, right);
        QCOMPARE(parts(left, difference.left), (Texts { "红" }));
        QCOMPARE(parts(right, difference.right), (Texts { "蓝" }));
        const std::string umlaut = "größer";
        QCOMPARE(parts(umlaut, compareWords(umlaut, "grau").left), (Texts { umlaut }));
    }

    // What is left unmarked is the same on both sides, and as long as a common sequence can be.
    void theUnmarkedWordsAreALongestCommonSequence()
    {
        std::mt19937 random(3);
        for (int round = 0; round < 300; ++round) {
            std::string texts[2];
            for (std::string& text : texts) {
                const std::size_t count = random() % 30;
                for (std::size_t i = 0; i < count; ++i)
                    text += std::string(1, static_cast<char>('a' + random() % 5)) + ' ';
            }
            const WordDifference difference = compareWords(texts[0], texts[1]);
            const Texts shared = without(texts[0], difference.left);
            QCOMPARE(without(texts[1], difference.right), shared);
            QCOMPARE(shared.size(), longestCommon(split(texts[0]), split(texts[1])));
            QCOMPARE(shared.size() + static_cast<std::size_t>(difference.wordsLeft), split(texts[0]).size());
        }
    }

    void sectionsAreAlignedByTheirPart()
    {
        const std::string left = "<think>one two</think><answer>A</answer>";
        const std::string right = "<type>t</type><think>one three</think><answer>A</answer> and more";
        const auto pairs = comparePaths(left, right);
        QCOMPARE(pairs.size(), std::size_t { 4 });
        QVERIFY(pairs[0].part == PathPart::Type);
        QVERIFY(!pairs[0].left);
        QCOMPARE(parts(right, pairs[0].difference.right), (Texts { "t" }));
        QVERIFY(pairs[1].part == PathPart::Thought);
        QCOMPARE(parts(left, pairs[1].difference.left), (Texts { "two" }));
        QCOMPARE(parts(right, pairs[1].difference.right), (Texts { "three" }));
        QVERIFY(pairs[2].isSame());
        QVERIFY(pairs[3].part == PathPart::Outside);
        QCOMPARE(parts(right, pairs[3].difference.right), (Texts { "and more" }));
    }
};

QTEST_GUILESS_MAIN(TestPathDifference)
#include "tst_path_difference.moc"

// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/failure_words.h"

#include "app/models/strings.h"
#include "core/store/process_end.h"

#include <QCoreApplication>
#include <QFile>
#include <QRegularExpression>

#include <csignal>

namespace msrl::models {

namespace {

constexpr qint64 kMostBytes = 64 * 1024;

struct FailureTexts
{
    Q_DECLARE_TR_FUNCTIONS(FailureWords)
};

QStringList lastLines(const std::filesystem::path& log)
{
    QFile file(toQt(log.string()));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    file.seek(qMax<qint64>(0, file.size() - kMostBytes));
    QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
    while (!lines.isEmpty() && lines.back().trimmed().isEmpty())
        lines.removeLast();
    // Of a progress bar that was drawn over and over, the last state.
    for (QString& line : lines)
        line = line.section(QLatin1Char('\r'), -1);
    return lines.mid(qMax<qsizetype>(0, lines.size() - kLastLines));
}

bool speaksOfMemory(const QString& text)
{
    static const QRegularExpression words(
        QStringLiteral("out of memory|bad_alloc|can't allocate memory|cannot allocate memory|OOM"));
    return words.match(text).hasMatch();
}

} // namespace

FailureWords failureWords(
    const std::filesystem::path& log, const store::RunState& state, std::optional<int> signal)
{
    FailureWords words { lastLines(log), {} };
    // Of a killed engine the detail names want of memory as one of the things that may have been.
    const bool memory = (state.kind == store::RunStateKind::Failed && speaksOfMemory(toQt(state.detail)))
        || speaksOfMemory(words.lastLines.join(QLatin1Char('\n')));
    if (memory)
        words.hint = FailureTexts::tr(
            "The memory was not enough: lower the stage's token budget, its prompts per step, or the "
            "longest completion, then resume.");
    else if (state.kind == store::RunStateKind::Killed && signal && store::isCrash(*signal))
        words.hint = FailureTexts::tr(
            "That is a fault of the engine, whose last lines may name the place; a resume goes on "
            "from the last checkpoint.");
    else if (state.kind == store::RunStateKind::Killed && signal && *signal != SIGKILL)
        words.hint = FailureTexts::tr("Somebody or something on this machine sent it.");
    else if (state.kind == store::RunStateKind::Killed && signal)
        words.hint = FailureTexts::tr(
            "Where nobody sent it, the system did for want of memory; \"dmesg\" tells. Then lower the "
            "stage's token budget, its prompts per step, or the longest completion.");
    else if (state.kind == store::RunStateKind::Killed)
        words.hint = FailureTexts::tr(
            "An engine that vanishes without a word was often ended by the system for want of memory; "
            "\"dmesg\" tells.");
    return words;
}

} // namespace msrl::models

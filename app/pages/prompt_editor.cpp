// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pages/prompt_editor.h"

#include "app/models/strings.h"
#include "app/pages/prompt_pieces.h"
#include "core/base/files.h"
#include "core/base/resources.h"
#include "widgets/feedback/labels.h"
#include "widgets/theme/style_sheet.h"
#include "widgets/theme/text.h"
#include "widgets/theme/tokens.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTextEdit>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace msrl::pages {

namespace fs = std::filesystem;
using models::toQt;

namespace {

constexpr int kRenderMs = 150;
constexpr std::uint64_t kLargestFile = 1 << 20;
constexpr const char* kSettingsFile = "set.json";

} // namespace

PromptEditor::PromptEditor(PromptEditorInput input, QWidget* parent)
    : QDialog(parent)
    , m_input(std::move(input))
    , m_file(new QComboBox(this))
    , m_sample(new QComboBox(this))
    , m_text(new QPlainTextEdit(this))
    , m_rendered(new QTextEdit(this))
    , m_problem(widgets::makeLabel({}, QStringLiteral("bad"), this))
    , m_save(new QPushButton(tr("Save"), this))
{
    setWindowTitle(tr("Prompts"));
    resize(1100, 700);
    readSet();
    layOut();
    connectParts();
    chooseFileOf(m_input.samples.front());
    showFile();
    render();
}

void PromptEditor::readSet()
{
    std::error_code ec;
    m_own = !m_input.folder.empty() && fs::is_directory(m_input.folder / m_input.value, ec);
    m_set = m_input.folder / m_input.value;
    if (!m_own)
        if (const auto bundled = base::resource("prompts/" + m_input.value))
            m_set = *bundled;
    for (const auto& entry : fs::directory_iterator(m_set, ec)) {
        const std::string name = entry.path().filename().string();
        if (name != kSettingsFile && entry.path().extension() != ".txt")
            continue;
        if (const auto text = base::readFile(entry.path(), kLargestFile))
            m_texts[toQt(name)] = toQt(*text);
    }
    m_kept = m_texts;
}

void PromptEditor::layOut()
{
    for (const auto& [name, text] : m_texts)
        if (name != QLatin1String(kSettingsFile))
            m_file->addItem(name);
    for (const data::Sample& sample : m_input.samples)
        m_sample->addItem(toQt(sample.id));
    m_file->setObjectName(QStringLiteral("promptFile"));
    m_file->setAccessibleName(tr("Template file"));
    m_sample->setObjectName(QStringLiteral("promptSample"));
    m_sample->setAccessibleName(tr("Sample"));
    m_text->setObjectName(QStringLiteral("promptTemplate"));
    m_text->setAccessibleName(tr("Template"));
    m_text->setFont(widgets::monoFont());
    m_rendered->setObjectName(QStringLiteral("promptRendered"));
    m_rendered->setAccessibleName(tr("The prompt of the sample"));
    m_rendered->setReadOnly(true);
    m_rendered->setFont(widgets::monoFont());
    m_problem->setObjectName(QStringLiteral("promptProblem"));
    m_save->setObjectName(QStringLiteral("promptSave"));
    widgets::setVariant(m_save, "kind", QStringLiteral("primary"));
    const auto column = [this](QComboBox* head, QWidget* body) {
        auto* box = new QWidget(this);
        auto* rows = new QVBoxLayout(box);
        rows->setContentsMargins(0, 0, 0, 0);
        rows->addWidget(head);
        rows->addWidget(body, 1);
        return box;
    };
    auto* columns = new QSplitter(Qt::Horizontal, this);
    columns->addWidget(column(m_file, m_text));
    columns->addWidget(column(m_sample, m_rendered));
    columns->setChildrenCollapsible(false);
    QLabel* note
        = widgets::makeLabel(m_own ? tr("Saved in %1. %2").arg(toQt(m_set.string()), promptPiecesLegend())
                                   : tr("A built-in set: saving makes a copy in the project's folder and has "
                                        "the stage use it. %1")
                                         .arg(promptPiecesLegend()),
            QStringLiteral("secondary"), this);
    note->setWordWrap(true);
    m_problem->setWordWrap(true);
    auto* close = new QPushButton(tr("Close"), this);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto* end = new QHBoxLayout;
    end->addWidget(m_problem, 1);
    end->addWidget(close);
    end->addWidget(m_save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, widgets::kWideGap);
    layout->setSpacing(widgets::kGap);
    layout->addWidget(columns, 1);
    layout->addWidget(note);
    layout->addLayout(end);
}

void PromptEditor::connectParts()
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(kRenderMs);
    connect(&m_pause, &QTimer::timeout, this, &PromptEditor::render);
    connect(m_file, &QComboBox::currentIndexChanged, this, &PromptEditor::showFile);
    connect(m_sample, &QComboBox::currentIndexChanged, this, [this](int row) {
        chooseFileOf(m_input.samples[static_cast<std::size_t>(row)]);
        render();
    });
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        m_texts[m_file->currentText()] = m_text->toPlainText();
        m_pause.start();
    });
    connect(m_save, &QPushButton::clicked, this, &PromptEditor::save);
}

// The template that the sample is written with.
void PromptEditor::chooseFileOf(const data::Sample& sample)
{
    const std::string task = data::taskTypeName(sample.task);
    const std::string name = sample.task == data::TaskType::Text
        ? task + ".txt"
        : task + "." + text::promptModeName(m_input.mode) + ".txt";
    m_file->setCurrentIndex(std::max(0, m_file->findText(toQt(name))));
}

void PromptEditor::showFile()
{
    const QSignalBlocker quiet(m_text);
    m_text->setPlainText(m_texts[m_file->currentText()]);
}

void PromptEditor::render()
{
    m_pause.stop();
    base::Status written;
    for (const auto& [name, content] : m_texts)
        if (base::Status one = base::writeFileAtomically(
                fs::path(m_trial.path().toStdString()) / name.toStdString(), content.toStdString());
            !one)
            written = one;
    const auto set = written ? text::PromptSet::load(m_trial.path().toStdString())
                             : base::Result<text::PromptSet>(written.error());
    const data::Sample& sample
        = m_input.samples[static_cast<std::size_t>(std::max(0, m_sample->currentIndex()))];
    const auto prompt = set ? set->render(sample, m_input.mode, services::oneMarkPerFrame)
                            : base::Result<text::RenderedPrompt>(set.error());
    // The trial's folder means nothing to a person.
    m_problem->setText(
        prompt ? QString() : toQt(prompt.error().message()).remove(m_trial.path() + QLatin1Char('/')));
    if (prompt)
        showPromptPieces(*m_rendered, services::promptPieces(*prompt, sample.completion));
    m_save->setEnabled(prompt.ok() && isChanged() && !m_input.folder.empty());
    m_save->setToolTip(
        m_input.folder.empty() ? tr("Save the project first: the set is kept beside it.") : QString());
}

void PromptEditor::save()
{
    const std::string value = m_own ? m_input.value : "prompts/" + m_input.value;
    const fs::path target = m_input.folder / value;
    std::error_code ec;
    fs::create_directories(target, ec);
    for (const auto& [name, content] : m_texts)
        if (base::Status written
            = base::writeFileAtomically(target / name.toStdString(), content.toStdString());
            !written) {
            m_problem->setText(toQt(written.error().message()));
            return;
        }
    m_own = true;
    m_input.value = value;
    m_set = target;
    m_kept = m_texts;
    m_save->setEnabled(false);
    Q_EMIT saved(toQt(value));
}

} // namespace msrl::pages

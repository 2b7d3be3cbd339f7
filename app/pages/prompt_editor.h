// SPDX-License-Identifier: GPL-3.0-or-later
// The templates of a prompt set beside a sample of the data, written anew with every key. A built-in set is
// never changed: saving makes a copy in the project's folder.
#pragma once

#include "core/data/sample.h"
#include "core/text/prompts.h"

#include <QDialog>
#include <QTemporaryDir>
#include <QTimer>

#include <filesystem>
#include <map>
#include <vector>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTextEdit;

namespace msrl::pages {

struct PromptEditorInput
{
    std::string value; // of the field `prompts`
    std::filesystem::path folder; // the project's; empty: never saved
    std::vector<data::Sample> samples; // to be shown; at least one
    text::PromptMode mode = text::PromptMode::Visual;
};

class PromptEditor : public QDialog
{
    Q_OBJECT

public:
    explicit PromptEditor(PromptEditorInput input, QWidget* parent = nullptr);

Q_SIGNALS:
    // The field's value that names what was saved.
    void saved(const QString& value);

private:
    void readSet();
    void layOut();
    void connectParts();
    void chooseFileOf(const data::Sample& sample);
    void showFile();
    void render();
    void save();
    bool isChanged() const { return m_texts != m_kept; }

    PromptEditorInput m_input;
    std::filesystem::path m_set; // its folder
    bool m_own = false; // it lies in the project
    std::map<QString, QString> m_texts; // by file name, as they stand here
    std::map<QString, QString> m_kept; // as they are on disk
    QTemporaryDir m_trial;
    QTimer m_pause; // between the last key and the rendering
    QComboBox* m_file = nullptr;
    QComboBox* m_sample = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QTextEdit* m_rendered = nullptr;
    QLabel* m_problem = nullptr;
    QPushButton* m_save = nullptr;
};

} // namespace msrl::pages

// SPDX-License-Identifier: GPL-3.0-or-later
// How large the models of a project are, asked of `msrl-engine inspect`.
#pragma once

#include "app/services/engine_question.h"
#include "core/base/result.h"
#include "core/curriculum/run_needs.h"

#include <QObject>
#include <QString>

#include <map>
#include <string>
#include <vector>

namespace msrl::services {

// What the engine printed. BadInput: not its words.
base::Result<curriculum::ModelSize> readModelSize(const std::string& json);

// GUI thread. One model after the other.
class ModelSizes : public QObject
{
    Q_OBJECT

public:
    explicit ModelSizes(QObject* parent = nullptr);

    struct Question
    {
        std::string node; // id of the Model stage
        QString path; // absolute
    };
    void ask(const QString& program, std::vector<Question> questions);
    const std::map<std::string, curriculum::ModelSize>& known() const { return m_known; }

Q_SIGNALS:
    void changed(); // one more is known
    void failed(const QString& sentence);

private:
    void next();
    void take(const QByteArray& output);

    EngineQuestion m_question;
    QString m_program;
    std::vector<Question> m_waiting; // the last one is being asked
    std::map<std::string, curriculum::ModelSize> m_known;
};

} // namespace msrl::services

// SPDX-License-Identifier: GPL-3.0-or-later
// What the edits share: how a command is named and pushed, and which ids are free.
#pragma once

#include "app/models/project_document.h"

#include <QCoreApplication>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace msrl::commands {

// The texts of the edits: translators find a free function's under no context that it would ask for.
struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Commands)
};

template <class Command, class... Args> void push(models::ProjectDocument& document, Args&&... args)
{
    // The stack owns the command.
    document.undoStack().push(std::make_unique<Command>(document, std::forward<Args>(args)...).release());
}

// `stem`, or with the first number behind it that `taken` leaves free.
template <class Taken> std::string freshId(const std::string& stem, Taken taken)
{
    std::string id = stem;
    for (int n = 2; taken(id); ++n)
        id = stem + "_" + std::to_string(n);
    return id;
}

// The nodes of these ids; unknown ids are skipped.
std::vector<curriculum::Node> nodesOf(
    const models::ProjectDocument& document, const std::vector<std::string>& ids);

} // namespace msrl::commands

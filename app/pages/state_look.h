// SPDX-License-Identifier: GPL-3.0-or-later
// Icon and colour of every state, so that one state looks the same on all pages. The word comes from the
// models.
#pragma once

#include "app/models/candidate_queue_model.h"
#include "core/store/rows.h"
#include "core/store/run_state.h"

#include <QColor>
#include <QString>

namespace msrl::widgets {
struct Tokens;
}

namespace msrl::pages {

struct StateLook
{
    QString icon;
    QColor colour;
    QString role; // of the style sheet: "good", "warning", "bad", "waiting", "accent" or empty
};

StateLook stateLook(store::StageState state, const widgets::Tokens& tokens);
StateLook stateLook(store::RunStateKind kind, const widgets::Tokens& tokens);
StateLook stateLook(models::ItemStatus status, const widgets::Tokens& tokens);
StateLook stateLook(store::EventLevel level, const widgets::Tokens& tokens);

} // namespace msrl::pages

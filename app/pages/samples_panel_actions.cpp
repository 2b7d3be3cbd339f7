// SPDX-License-Identifier: GPL-3.0-or-later
// The keys of the samples on the Run page: bare letters, as on the Audit page, which a text field with the
// focus takes for itself.
#include "app/pages/action_registry.h"
#include "app/pages/sample_group_view.h"
#include "app/pages/samples_panel.h"

namespace msrl::pages {

void SamplesPanel::registerActions(ActionRegistry& actions)
{
    const auto add = [&](const char* id, const QString& text, const QString& tip, const char* icon,
                         Qt::Key key, std::function<void()> act) {
        actions.add({ QString::fromLatin1(id), QStringLiteral("Run"), text, tip, QString::fromLatin1(icon),
                        QKeySequence(key) },
            this, std::move(act), Qt::WidgetWithChildrenShortcut);
    };
    using models::TokenHeat;
    add("samples.heat", tr("Colour tokens by pro&bability"),
        tr("Colour the tokens of the completions by their log-probability."), "eye", Qt::Key_H,
        [this] { m_group->toggleHeat(TokenHeat::Logprob); });
    add("samples.entropy", tr("Colour tokens by &entropy"),
        tr("Colour the tokens of the completions by the entropy of what they were drawn from."), "eye",
        Qt::Key_E, [this] { m_group->toggleHeat(TokenHeat::Entropy); });
    add("samples.compare", tr("Com&pare two completions"),
        tr("Put two completions beside each other with their differences marked, or show all again."),
        "compare", Qt::Key_D, [this] { m_group->setSideBySide(!m_group->isSideBySide()); });
    add("samples.swapSides", tr("E&xchange the compared completions"),
        tr("Exchange the two completions that stand side by side."), "arrow-right", Qt::Key_X,
        [this] { m_group->swapSides(); });
    add("samples.nextCompletion", tr("Compare with the &next completion"),
        tr("Put the next completion on the right side."), "chevron-down", Qt::Key_S,
        [this] { m_group->stepRight(1); });
    add("samples.previousCompletion", tr("Compare with the completion be&fore"),
        tr("Put the completion before on the right side."), "chevron-up", Qt::Key_W,
        [this] { m_group->stepRight(-1); });
    add("samples.viewMedia", tr("Enlarge the prompt's &media"),
        tr("Look at the images and frames that the model was shown, at full size."), "image", Qt::Key_V,
        [this] { Q_EMIT mediaRequested(m_group->media(), 0, 0); });
    add("samples.play", tr("Pla&y the prompt's video"), tr("Play or pause the videos of the prompt."), "play",
        Qt::Key_P, [this] { m_group->togglePlay(); });
}

} // namespace msrl::pages

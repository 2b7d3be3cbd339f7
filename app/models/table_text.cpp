// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models/table_text.h"

#include "app/models/strings.h"
#include "core/curriculum/templates.h"
#include "core/judge/confidence.h"

#include <QCoreApplication>

#include <set>

namespace msrl::models {

namespace {

class TextList
{
public:
    void add(const std::string& text)
    {
        if (!text.empty() && m_seen.insert(text).second)
            texts.push_back(text);
    }

    void add(const curriculum::PortSpec& port)
    {
        add(port.label);
        add(port.help);
        for (const curriculum::PortType type : port.types)
            add(curriculum::portTypeName(type));
    }

    void add(const curriculum::FieldSpec& field)
    {
        for (const std::string& text : { field.section, field.label, field.help, field.unit })
            add(text);
        for (const std::string& choice : field.choices)
            add(choice);
    }

    std::vector<std::string> texts;

private:
    std::set<std::string> m_seen;
};

} // namespace

std::vector<std::string> tableTexts()
{
    TextList list;
    for (const curriculum::NodeTypeSpec& type : curriculum::nodeTypes()) {
        list.add(type.title);
        list.add(type.summary);
        for (const auto* ports : { &type.inputs, &type.outputs })
            for (const curriculum::PortSpec& port : *ports)
                list.add(port);
        for (const curriculum::FieldSpec& field : type.fields)
            list.add(field);
    }
    for (const curriculum::TemplateInfo& info : curriculum::projectTemplates()) {
        list.add(info.title);
        list.add(info.summary);
    }
    for (const judge::ConfidenceMeasure& measure : judge::confidenceMeasures()) {
        list.add(std::string(measure.title));
        list.add(std::string(measure.summary));
    }
    for (int kind = 0; kind <= static_cast<int>(store::RunStateKind::Killed); ++kind)
        list.add(std::string(store::runStateTitle(static_cast<store::RunStateKind>(kind))));
    return list.texts;
}

QString tableText(const std::string& text)
{
    return text.empty() ? QString() : QCoreApplication::translate(kTableContext, text.c_str());
}

QString runStateText(store::RunStateKind kind)
{
    return tableText(store::runStateTitle(kind));
}

QString stageTitle(const curriculum::Node& node)
{
    const std::string shown = curriculum::displayTitle(node);
    return node.title.empty() ? tableText(shown) : toQt(shown);
}

} // namespace msrl::models

#include "proto/statistics/table.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "proto/base/time.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::proto::statistics {

namespace {

std::string printable(const std::string& text) {
    std::string out;
    dissect::append_printable(out, text);
    return out;
}

void append_quoted_json(std::string& out, const std::string& text) {
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_csv_field(std::string& out, const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    out += '"';
}

}  // namespace

Cell Cell::seconds(std::int64_t nanoseconds) { return {to_seconds(Duration(nanoseconds)), true}; }

void append_text(std::string& out, const Table& table) {
    std::vector<std::vector<std::string>> texts;
    std::vector<std::size_t> widths;
    for (const std::string& name : table.columns) widths.push_back(name.size());
    for (const auto& row : table.rows) {
        auto& line = texts.emplace_back();
        for (std::size_t i = 0; i < row.size(); ++i) {
            line.push_back(printable(row[i].text));
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    const auto append_row = [&](const auto& text_of, const auto& is_right) {
        std::string line;
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) line += "  ";
            line += is_right(i) ? fmt::format("{:>{}}", text_of(i), widths[i])
                                : fmt::format("{:<{}}", text_of(i), widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        (out += line) += '\n';
    };
    const auto first_is_number = [&](std::size_t i) { return !table.rows.empty() && table.rows[0][i].is_number; };
    (out += table.title) += '\n';
    append_row([&](std::size_t i) { return table.columns[i]; }, first_is_number);
    for (std::size_t r = 0; r < texts.size(); ++r)
        append_row([&](std::size_t i) { return texts[r][i]; },
                   [&](std::size_t i) { return table.rows[r][i].is_number; });
}

void append_json(std::string& out, const Table& table) {
    out += "{\"title\":";
    append_quoted_json(out, table.title);
    out += ",\"rows\":[";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        out += r > 0 ? ",{" : "{";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) out += ',';
            append_quoted_json(out, table.columns[i]);
            out += ':';
            const Cell& cell = table.rows[r][i];
            cell.is_number ? void(out += cell.text) : append_quoted_json(out, cell.text);
        }
        out += '}';
    }
    out += "]}\n";
}

void append_csv(std::string& out, const Table& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i > 0) out += ',';
        append_csv_field(out, table.columns[i]);
    }
    out += "\r\n";
    for (const auto& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            append_csv_field(out, row[i].text);
        }
        out += "\r\n";
    }
}

}  // namespace layerlab::proto::statistics

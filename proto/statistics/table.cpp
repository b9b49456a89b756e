#include "proto/statistics/table.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/time.hpp"
#include "proto/dissect/value.hpp"

namespace layerlab::proto::statistics {

namespace {

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
    std::vector<std::size_t> widths;
    for (const std::string& name : table.columns) widths.push_back(name.size());
    std::string printable;  // of a cell; tables may have very many
    const auto text_of = [&](const Cell& cell) -> const std::string& {
        if (cell.is_number) return cell.text;
        printable.clear();
        dissect::append_printable(printable, cell.text);
        return printable;
    };
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_of(row[i]).size());
    const auto append_row = [&](const std::vector<Cell>& cells, const auto& is_right) {
        const std::size_t begin = out.size();
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) out += "  ";
            const std::string& text = text_of(cells[i]);
            const std::size_t blanks = widths[i] - text.size();
            if (is_right(i)) out.append(blanks, ' ');
            out += text;
            if (!is_right(i)) out.append(blanks, ' ');
        }
        out.erase(std::max(begin, out.find_last_not_of(' ') + 1));
        out += '\n';
    };
    const auto first_is_number = [&](std::size_t i) { return !table.rows.empty() && table.rows[0][i].is_number; };
    (out += table.title) += '\n';
    std::vector<Cell> names;
    for (const std::string& name : table.columns) names.push_back({name});
    append_row(names, first_is_number);
    for (const auto& row : table.rows) append_row(row, [&](std::size_t i) { return row[i].is_number; });
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

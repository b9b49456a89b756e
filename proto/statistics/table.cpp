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

void drain_if_long(std::string& out, const Drain& drain) {
    constexpr std::size_t long_enough = 1 << 16;
    if (drain && out.size() >= long_enough) drain(out);
}

}  // namespace

Cell Cell::seconds(std::int64_t nanoseconds) { return {to_seconds(Duration(nanoseconds)), true}; }

void append_text(std::string& out, const Table& table, const Drain& drain) {
    std::vector<std::size_t> widths;
    for (const std::string& name : table.columns) widths.push_back(name.size());
    std::string printable;  // of a cell; tables may have very many
    const auto text_of = [&](const Cell& cell) -> const std::string& {
        if (cell.is_number) return cell.text;
        printable.clear();
        dissect::append_printable(printable, cell.text);
        return printable;
    };
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Row row = table.rows[r];
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], text_of(row[i]).size());
    }
    const auto append_row = [&](const Row& cells, const auto& is_right) {
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
    const Row first = table.rows.empty() ? Row(table.columns.size()) : table.rows[0];
    (out += table.title) += '\n';
    Row names;
    for (const std::string& name : table.columns) names.push_back({name});
    append_row(names, [&](std::size_t i) { return first[i].is_number; });
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Row row = table.rows[r];
        append_row(row, [&](std::size_t i) { return row[i].is_number; });
        drain_if_long(out, drain);
    }
}

void append_json(std::string& out, const Table& table, const Drain& drain) {
    out += "{\"title\":";
    append_quoted_json(out, table.title);
    out += ",\"rows\":[";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Row row = table.rows[r];
        out += r > 0 ? ",{" : "{";
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            if (i > 0) out += ',';
            append_quoted_json(out, table.columns[i]);
            out += ':';
            row[i].is_number ? void(out += row[i].text) : append_quoted_json(out, row[i].text);
        }
        out += '}';
        drain_if_long(out, drain);
    }
    out += "]}\n";
}

void append_csv(std::string& out, const Table& table, const Drain& drain) {
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (i > 0) out += ',';
        append_csv_field(out, table.columns[i]);
    }
    out += "\r\n";
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const Row row = table.rows[r];
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            append_csv_field(out, row[i].text);
        }
        out += "\r\n";
        drain_if_long(out, drain);
    }
}

}  // namespace layerlab::proto::statistics

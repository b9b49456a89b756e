// The fields of the protocols of line_protocols.cpp, with Wireshark's names.
#pragma once

#include "proto/base/field.hpp"

namespace layerlab::proto::dissect {

struct FtpFields {
    static constexpr Field<bool> request{"ftp.request", "Request"};
    static constexpr Field<bool> response{"ftp.response", "Response"};
    static constexpr Field<std::string_view> command{"ftp.request.command", "Request command"};
    static constexpr Field<std::string_view> argument{"ftp.request.arg", "Request arg"};
    static constexpr Field<std::uint32_t> code{"ftp.response.code", "Response code"};
    static constexpr Field<std::string_view> text{"ftp.response.arg", "Response arg"};
    static constexpr Field<Ipv4Address> passive_ip{"ftp.passive.ip", "Passive IP address"};
    static constexpr Field<std::uint16_t> passive_port{"ftp.passive.port", "Passive port"};
    static constexpr Field<Ipv4Address> active_ip{"ftp.active.cip", "Active IP address"};
    static constexpr Field<std::uint16_t> active_port{"ftp.active.port", "Active port"};
    static constexpr Field<std::uint16_t> extended_port{"ftp.epsv.port", "Extended passive port"};
    static constexpr auto table = table_of(request, response, command, argument, code, text, passive_ip, passive_port,
                                           active_ip, active_port, extended_port);
};

struct SmtpFields {
    static constexpr Field<bool> request_flag{"smtp.req", "Request"};
    static constexpr Field<bool> response_flag{"smtp.rsp", "Response"};
    static constexpr Field<std::string_view> command_line{"smtp.command_line", "Command Line"};
    static constexpr Field<std::string_view> command{"smtp.req.command", "Command"};
    static constexpr Field<std::string_view> parameter{"smtp.req.parameter", "Request parameter"};
    static constexpr Field<std::string_view> response{"smtp.response", "Response"};
    static constexpr Field<std::uint32_t> code{"smtp.response.code", "Response code"};
    static constexpr Field<std::string_view> response_parameter{"smtp.rsp.parameter", "Response parameter"};
    static constexpr Field<std::string_view> username{"smtp.auth.username", "Username"};
    static constexpr Field<std::string_view> password{"smtp.auth.password", "Password"};
    static constexpr Field<void> end_of_message{"smtp.eom", "EOM"};
    static constexpr auto table = table_of(request_flag, response_flag, command_line, command, parameter, response,
                                           code, response_parameter, username, password, end_of_message);
};

struct PopFields {
    static constexpr Field<std::string_view> request{"pop.request", "Request"};
    static constexpr Field<std::string_view> command{"pop.request.command", "Request command"};
    static constexpr Field<std::string_view> parameter{"pop.request.parameter", "Request parameter"};
    static constexpr Field<std::string_view> response{"pop.response", "Response"};
    static constexpr Field<std::string_view> indicator{"pop.response.indicator", "Response indicator"};
    static constexpr Field<std::string_view> description{"pop.response.description", "Response description"};
    static constexpr Field<std::string_view> data{"pop.response.data", "Data"};
    static constexpr auto table = table_of(request, command, parameter, response, indicator, description, data);
};

struct ImapFields {
    static constexpr Field<bool> is_request{"imap.isrequest", "Is Request"};
    static constexpr Field<std::string_view> line{"imap.line", "Line"};
    static constexpr Field<std::string_view> request{"imap.request", "Request"};
    static constexpr Field<std::string_view> request_tag{"imap.request_tag", "Request Tag"};
    static constexpr Field<std::string_view> request_command{"imap.request.command", "Request Command"};
    static constexpr Field<std::string_view> response{"imap.response", "Response"};
    static constexpr Field<std::string_view> response_tag{"imap.response_tag", "Response Tag"};
    static constexpr Field<std::string_view> status{"imap.response.status", "Response Status"};
    static constexpr Field<std::string_view> response_command{"imap.response.command", "Response Command"};
    static constexpr Field<std::string_view> tag{"imap.tag", "Tag"};
    static constexpr Field<std::string_view> command{"imap.command", "Command"};
    static constexpr Field<std::string_view> folder{"imap.request.folder", "Request Folder"};
    static constexpr Field<std::string_view> username{"imap.request.username", "Request Username"};
    static constexpr Field<std::string_view> password{"imap.request.password", "Request Password"};
    static constexpr auto table =
        table_of(is_request, line, request, request_tag, request_command, response, response_tag, status,
                 response_command, tag, command, folder, username, password);
};

struct NntpFields {
    static constexpr Field<bool> request{"nntp.request", "Request"};
    static constexpr Field<bool> response{"nntp.response", "Response"};
    static constexpr auto table = table_of(request, response);
};

struct GopherFields {
    static constexpr Field<std::string_view> request{"gopher.request", "Gopher client request"};
    static constexpr Field<std::string_view> entry{"gopher.directory", "Directory item"};
    static constexpr Field<std::string_view> type{"gopher.directory.type", "Type"};
    static constexpr Field<std::string_view> name{"gopher.directory.name", "Name"};
    static constexpr Field<std::string_view> selector{"gopher.directory.selector", "Selector"};
    static constexpr Field<std::string_view> host{"gopher.directory.host", "Host"};
    static constexpr Field<std::string_view> port{"gopher.directory.port", "Port"};
    static constexpr Field<std::string_view> unknown{"gopher.unknown", "Unknown Gopher transaction data"};
    static constexpr auto table = table_of(request, entry, type, name, selector, host, port, unknown);
};

struct IrcFields {
    static constexpr Field<std::string_view> request{"irc.request", "Request"};
    static constexpr Field<std::string_view> request_prefix{"irc.request.prefix", "Prefix"};
    static constexpr Field<std::string_view> request_command{"irc.request.command", "Command"};
    static constexpr Field<std::string_view> request_parameter{"irc.request.command_parameter", "Parameter"};
    static constexpr Field<std::string_view> request_trailer{"irc.request.trailer", "Trailer"};
    static constexpr Field<std::string_view> response{"irc.response", "Response"};
    static constexpr Field<std::string_view> response_prefix{"irc.response.prefix", "Prefix"};
    static constexpr Field<std::string_view> response_command{"irc.response.command", "Command"};
    static constexpr Field<std::uint16_t> response_number{"irc.response.num_command", "Command"};
    static constexpr Field<std::string_view> response_parameter{"irc.response.command_parameter", "Parameter"};
    static constexpr Field<std::string_view> response_trailer{"irc.response.trailer", "Trailer"};
    static constexpr auto table =
        table_of(request, request_prefix, request_command, request_parameter, request_trailer, response,
                 response_prefix, response_command, response_number, response_parameter, response_trailer);
};

}  // namespace layerlab::proto::dissect

#include "proto/machine/tcp_types.hpp"

namespace layerlab::proto::machine {

const char* netstat_name(TcpState state) {
    switch (state) {
        case TcpState::closed: return "CLOSE";
        case TcpState::syn_sent: return "SYN_SENT";
        case TcpState::syn_received: return "SYN_RECV";
        case TcpState::established: return "ESTABLISHED";
        case TcpState::fin_wait_1: return "FIN_WAIT1";
        case TcpState::fin_wait_2: return "FIN_WAIT2";
        case TcpState::close_wait: return "CLOSE_WAIT";
        case TcpState::closing: return "CLOSING";
        case TcpState::last_ack: return "LAST_ACK";
        case TcpState::time_wait: return "TIME_WAIT";
    }
    return "";
}

const char* ss_name(TcpState state) {
    switch (state) {
        case TcpState::closed: return "UNCONN";
        case TcpState::syn_sent: return "SYN-SENT";
        case TcpState::syn_received: return "SYN-RECV";
        case TcpState::established: return "ESTAB";
        case TcpState::fin_wait_1: return "FIN-WAIT-1";
        case TcpState::fin_wait_2: return "FIN-WAIT-2";
        case TcpState::close_wait: return "CLOSE-WAIT";
        case TcpState::closing: return "CLOSING";
        case TcpState::last_ack: return "LAST-ACK";
        case TcpState::time_wait: return "TIME-WAIT";
    }
    return "";
}

const char* error_text(TcpError error) {
    switch (error) {
        case TcpError::none: return "";
        case TcpError::refused: return "Connection refused";
        case TcpError::reset: return "Connection reset by peer";
        case TcpError::broken_pipe: return "Broken pipe";
        case TcpError::timed_out: return "Connection timed out";
        case TcpError::host_unreachable: return "No route to host";
        case TcpError::net_unreachable: return "Network is unreachable";
        case TcpError::aborted: return "Software caused connection abort";
    }
    return "";
}

void apply(const TcpTuning& t, TcpConfig& config) {
    if (t.nodelay) config.nagle = !*t.nodelay;
    if (t.cork) config.cork = *t.cork;
    if (t.quick_ack) config.quick_ack = *t.quick_ack;
    if (t.keepalive) config.keepalive = *t.keepalive;
    if (t.keepalive_idle) config.keepalive_idle = *t.keepalive_idle;
    if (t.keepalive_interval) config.keepalive_interval = *t.keepalive_interval;
    if (t.keepalive_probes) config.keepalive_probes = *t.keepalive_probes;
    if (t.syn_retries) config.syn_retries = *t.syn_retries;
    if (t.user_timeout) config.user_timeout = *t.user_timeout;
    if (t.linger) config.linger = *t.linger;
    if (t.max_segment) config.max_segment = *t.max_segment;
    if (t.send_buffer) config.send_buffer = *t.send_buffer;
    if (t.receive_buffer) {  // a stated size stays
        config.receive_buffer = *t.receive_buffer;
        config.receive_tuning = false;
    }
    if (t.congestion) config.congestion = *t.congestion;
}

const char* note_name(TcpNote note) {
    switch (note) {
        case TcpNote::state_changed: return "state_changed";
        case TcpNote::retransmission_timeout: return "retransmission_timeout";
        case TcpNote::fast_retransmit: return "fast_retransmit";
        case TcpNote::retransmitted: return "retransmitted";
        case TcpNote::recovery_entered: return "recovery_entered";
        case TcpNote::recovery_left: return "recovery_left";
        case TcpNote::partial_ack: return "partial_ack";
        case TcpNote::retransmission_lost: return "retransmission_lost";
        case TcpNote::window_closed: return "window_closed";
        case TcpNote::window_opened: return "window_opened";
        case TcpNote::zero_window_probe: return "zero_window_probe";
        case TcpNote::own_window_closed: return "own_window_closed";
        case TcpNote::window_update_sent: return "window_update_sent";
        case TcpNote::delayed_ack_fired: return "delayed_ack_fired";
        case TcpNote::duplicate_ack_sent: return "duplicate_ack_sent";
        case TcpNote::nagle_held: return "nagle_held";
        case TcpNote::silly_window_held: return "silly_window_held";
        case TcpNote::challenge_ack: return "challenge_ack";
        case TcpNote::out_of_window_dropped: return "out_of_window_dropped";
        case TcpNote::paws_dropped: return "paws_dropped";
        case TcpNote::duplicate_dropped: return "duplicate_dropped";
        case TcpNote::ack_invalid: return "ack_invalid";
        case TcpNote::reset_received: return "reset_received";
        case TcpNote::reset_sent: return "reset_sent";
        case TcpNote::mss_reduced: return "mss_reduced";
        case TcpNote::soft_error: return "soft_error";
        case TcpNote::gave_up: return "gave_up";
        case TcpNote::keepalive_probe: return "keepalive_probe";
        case TcpNote::time_wait_expired: return "time_wait_expired";
        case TcpNote::idle_restart: return "idle_restart";
        case TcpNote::slow_start_left: return "slow_start_left";
        case TcpNote::loss_probe: return "loss_probe";
        case TcpNote::probe_repaired: return "probe_repaired";
        case TcpNote::undone_by_report: return "undone_by_report";
        case TcpNote::undone_by_timestamp: return "undone_by_timestamp";
        case TcpNote::undone_by_frto: return "undone_by_frto";
        case TcpNote::congestion_echoed: return "congestion_echoed";
        case TcpNote::congestion_marked: return "congestion_marked";
        case TcpNote::path_black_hole: return "path_black_hole";
        case TcpNote::receive_window_grown: return "receive_window_grown";
        case TcpNote::user_timeout: return "user_timeout";
    }
    return "";
}

}  // namespace layerlab::proto::machine

//! The typed bridge to the webview: every command and event, once.

use specta_typescript::semantic::Configuration;
use tauri_specta::{Builder, Commands, collect_commands, collect_events};

use crate::{commands, event};

/// Everything that crosses between Rust and the webview. The TypeScript bindings are written from it.
pub fn bridge() -> Builder<tauri::Wry> {
    let events = collect_events![
        event::Changed,
        event::SessionChanged,
        event::SyncChanged,
        event::FileProgress,
        event::Navigate
    ];
    Builder::new()
        .commands(commands())
        .events(events)
        // One type for both directions: a form that is read is the form that is sent.
        .disable_serde_phases()
        // `f64` stands for instants, which are always finite: `number`, not `number | null`.
        .semantic_types(Configuration::empty().enable_lossless_floats())
}

#[expect(clippy::too_many_lines, reason = "a list, one command a line")]
fn commands() -> Commands<tauri::Wry> {
    collect_commands![
        commands::session::session,
        commands::session::sync_state,
        commands::session::sign_in,
        commands::session::sign_in_open,
        commands::session::sign_in_cancel,
        commands::session::step_up_begin,
        commands::session::step_up_open,
        commands::session::step_up_finish,
        commands::session::step_up_cancel,
        commands::session::believe_again,
        commands::session::sign_out,
        commands::session::retry_keychain,
        commands::session::go_offline,
        commands::session::charts,
        commands::session::claim_admin,
        commands::session::add_role,
        commands::account::sign_ins,
        commands::account::security,
        commands::account::sign_in_end,
        commands::account::sign_ins_end_others,
        commands::account::open_account_page,
        commands::vocabulary::vocabulary,
        commands::vocabulary::suggest_skills,
        commands::vocabulary::resolve_skills,
        commands::vocabulary::suggest_places,
        commands::profile::my_profile,
        commands::profile::profile_save,
        commands::profile::profile_autosave,
        commands::profile::profile_discard_draft,
        commands::profile::import_resume,
        commands::request::my_requests,
        commands::request::my_request,
        commands::request::request_new,
        commands::request::request_autosave,
        commands::request::request_publish,
        commands::request::request_edit,
        commands::request::request_pause,
        commands::request::request_resume,
        commands::request::request_renew,
        commands::request::request_cancel,
        commands::request::request_discard,
        commands::request::candidate,
        commands::find::find_work,
        commands::find::find_talent,
        commands::opportunity::opportunities,
        commands::opportunity::opportunity,
        commands::opportunity::application_autosave,
        commands::opportunity::apply,
        commands::opportunity::bookmark,
        commands::thread::threads,
        commands::thread::thread,
        commands::thread::message_autosave,
        commands::thread::message_send,
        commands::thread::application_withdraw,
        commands::thread::application_shortlist,
        commands::thread::application_decline,
        commands::thread::offer_make,
        commands::thread::offer_revoke,
        commands::thread::offer_accept,
        commands::thread::offer_decline,
        commands::thread::offer_autosave,
        commands::thread::words_autosave,
        commands::file::file_begin,
        commands::file::file_piece,
        commands::file::file_attach,
        commands::file::file_give_up,
        commands::file::file_detach,
        commands::file::file_fetch,
        commands::file::file_open,
        commands::file::file_save,
        commands::file::file_picture,
        commands::contract::contracts,
        commands::contract::contract_deliver,
        commands::contract::contract_request_changes,
        commands::contract::contract_accept,
        commands::contract::contract_cancel,
        commands::contract::review_write,
        commands::contract::review_autosave,
        commands::home::freelancer_home,
        commands::home::client_home,
        commands::outbox::outbox,
        commands::outbox::outbox_retry,
        commands::outbox::outbox_cancel,
        commands::outbox::outbox_edit,
        commands::outbox::outbox_confirm,
        commands::outbox::attention_ask,
        commands::outbox::attention_resend,
        commands::outbox::attention_discard,
        commands::admin::admin_home,
        commands::admin::admin_people,
        commands::admin::admin_sign_ins,
        commands::admin::admin_sign_out,
        commands::admin::admin_end_sign_in,
        commands::admin::admin_requests,
        commands::admin::admin_activity,
        commands::admin::admin_audit,
        commands::admin::admin_suspend,
        commands::admin::admin_restore,
        commands::admin::admin_remove_request,
        commands::admin::admin_charts,
    ]
}

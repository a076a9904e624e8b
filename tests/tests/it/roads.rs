//! What every road to the master has to do, as one list of cases, on a socket and on requests:
//! real clients and frames, a real master, real sockets, and a link between them that breaks.

mod alone;
mod cases;
mod peer;
mod tills;

use peer::Road;

/// Runs every case on every road, so that none can be left out.
macro_rules! on_every_road {
    ($($room:ident::$case:ident;)*) => {
        mod socket { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() -> anyhow::Result<()> {
                super::$room::$case(super::Road::Socket).await
            }
        )* }
        mod requests { $(
            #[tokio::test(flavor = "multi_thread")]
            async fn $case() -> anyhow::Result<()> {
                super::$room::$case(super::Road::Requests).await
            }
        )* }
    };
}

on_every_road! {
    cases::a_hello_is_answered_with_welcome;
    cases::a_push_is_answered_with_its_outcomes;
    cases::a_device_catches_up_page_by_page;
    cases::a_page_of_more_than_a_megabyte_arrives_whole;
    cases::what_another_device_did_arrives;
    cases::a_heartbeat_is_answered;
    cases::an_answer_held_back_arrives_when_the_link_is_back;
    cases::an_answer_cut_in_the_middle_is_an_error;
    cases::an_answer_lost_after_the_commit_is_had_again_and_nothing_happens_twice;
    cases::who_is_not_let_in_is_told_so;
    cases::a_page_of_a_hotspot_is_no_answer;
    cases::a_node_that_is_not_the_master_names_it;
    cases::a_protocol_too_old_is_answered_in_words;
    cases::a_frame_over_the_limit_is_answered_in_words;
    cases::an_answer_that_is_no_frame_is_told_from_one;
    cases::a_master_that_stops_ends_the_connection;
    tills::a_till_comes_level_whatever_breaks;
    tills::a_till_moves_to_the_master_it_is_sent_to;
    tills::nodes_that_name_each_other_cost_a_till_nothing_but_time;
    tills::what_the_master_knows_of_a_till_is_in_its_status;
}

//! A case is its events: state, timeline, deadline and next moves are computed from them.

//! Shown only if the move does not happen by itself.

use crate::prelude::*;

use crate::components::main;

pub fn view(to: String) -> AnyView {
    main(
        view! {
            <h1>"Stiamo cambiando pagina"</h1>
            <p><a href=to rel="external">"Vai avanti"</a></p>
        }
        .erase(),
    )
}

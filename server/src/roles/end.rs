//! "Togli": a role ends at once, or with a day that comes.

use rules::{
    civil::Date,
    roles::{End, Held, Operation, Place, Role, Scope},
};

use super::{RoleError, check, grant::day, held::of_comune};
use crate::{
    forms::FormBody,
    state::{Counter, Person},
    store::{
        StoreError, Tx,
        roles::{self, EndRow, GrantRow},
    },
};

/// Fields `id` and, if it is not to end at once, `ultimo_giorno`.
pub async fn end(counter: &Counter, person: &Person, form: &FormBody) -> Result<(), RoleError> {
    check(person, Operation::EndRole, Place::Town)?;
    let last = day(form, "ultimo_giorno").map_err(|(at, told)| RoleError::invalid(at, &told))?;
    let row = EndRow {
        id: counter.new_id(),
        grant: form.get("id").to_owned(),
        end: last.map_or(End::AtOnce, End::After),
        ended_by: person.id.clone(),
        ended_at: counter.now_ms(),
    };
    let who = Administrator::of(counter, person);
    let ended = row.clone();
    counter
        .store
        .write::<_, RoleError, _>(move |tx| Box::pin(write(tx, row, who)))
        .await?;
    tracing::info!(person.id = %person.id, role.grant = %ended.grant, "role ended");
    Ok(())
}

fn administrator() -> Held {
    Held::new(Role::Administrator, Scope::Town)
}

/// The administrator who changes a role.
pub struct Administrator {
    lookup: String,
    /// Whether comune.toml makes her one: that is not ended here.
    by_comune: bool,
    today: Date,
}

impl Administrator {
    pub fn of(counter: &Counter, person: &Person) -> Self {
        let fiscal_code = &person.identity.fiscal_code;
        Self {
            lookup: counter.vault.lookup(fiscal_code),
            by_comune: of_comune(&counter.comune, fiscal_code).contains(&administrator()),
            today: counter.today(),
        }
    }

    /// In the transaction that changes roles: she is one still. What makes her one.
    pub async fn check(&self, tx: &mut Tx) -> Result<Vec<GrantRow>, RoleError> {
        let own = self.grants(tx).await?;
        let holds = own.iter().any(|grant| grant.period.holds_on(self.today));
        match self.by_comune || holds {
            true => Ok(own),
            false => Err(RoleError::NoLonger),
        }
    }

    /// What makes her an administrator, now or later.
    async fn grants(&self, tx: &mut Tx) -> Result<Vec<GrantRow>, StoreError> {
        let mut own = roles::grants_of(tx, &self.lookup).await?;
        own.retain(|grant| grant.held == administrator() && !grant.period.is_over_on(self.today));
        Ok(own)
    }
}

async fn write(tx: &mut Tx, row: EndRow, who: Administrator) -> Result<(), RoleError> {
    roles::lock(tx).await?;
    let own = who.check(tx).await?;
    let grant = roles::get(tx, &row.grant).await?.ok_or(RoleError::Gone)?;
    if grant.period.is_over_on(who.today) {
        return Err(RoleError::Gone);
    }
    if let End::After(last) = row.end {
        let from = grant.period.from.max(who.today);
        if last < from || grant.period.last().is_some_and(|ends| ends <= last) {
            return Err(RoleError::LastDay);
        }
    }
    let hers = own.iter().any(|own| own.id == grant.id);
    let another = own
        .iter()
        .any(|own| own.id != grant.id && lasts(own, who.today));
    if hers && !who.by_comune && !another {
        return Err(RoleError::OwnLast);
    }
    Ok(roles::insert_end(tx, &row).await?)
}

/// Whether it holds now and nothing ends it by itself.
fn lasts(grant: &GrantRow, today: Date) -> bool {
    grant.period.holds_on(today) && grant.period.last().is_none()
}

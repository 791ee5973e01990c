//! A login through the sandbox's SPID, as a browser does it: three messages, two cookies.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use reqwest::{
    Client, StatusCode,
    cookie::{CookieStore as _, Jar},
    redirect::Policy,
};
use serde_json::{Value, json};
use url::Url;

#[derive(clap::Args)]
pub struct Arguments {
    /// The counter's address.
    #[arg(long)]
    url: Url,
    /// The sandbox's.
    #[arg(long)]
    sandbox: Url,
    /// A test citizen of the sandbox's.
    #[arg(long)]
    cf: String,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<Value> {
    let Arguments { url, sandbox, cf } = arguments;
    let entered = login(&url, &sandbox, &[("cf", &cf)]).await?;
    Ok(json!({ "cookie": entered.cookie }))
}

/// A new session, and how long the counter took for its two parts of the login.
pub struct Entered {
    pub cookie: String,
    /// Until the signed request was there.
    pub asked: Duration,
    /// From the provider's answer to the session.
    pub answered: Duration,
}

/// Logs in the person with these attributes.
pub async fn login(url: &Url, sandbox: &Url, person: &[(&str, &str)]) -> anyhow::Result<Entered> {
    let jar = Arc::new(Jar::default());
    let client = Client::builder()
        .cookie_provider(Arc::clone(&jar))
        .redirect(Policy::none())
        .build()?;
    let begun = Instant::now();
    let start = client.get(url.join("/spid/login?next=/")?).send().await?;
    let (_, mut fields) = form(&start.text().await?)?;
    let asked = begun.elapsed();
    fields.extend(person.iter().map(|(k, v)| ((*k).into(), (*v).into())));
    let answer = client.post(sandbox.join("/spid/sso")?).form(&fields);
    let (action, fields) = form(&answer.send().await?.text().await?)?;
    let begun = Instant::now();
    let done = client.post(action).form(&fields).send().await?;
    let answered = begun.elapsed();
    ensure!(
        done.status() == StatusCode::SEE_OTHER,
        "no login: {}",
        done.status()
    );
    let cookies = jar.cookies(url).context("no cookie")?;
    Ok(Entered {
        cookie: cookies.to_str()?.to_owned(),
        asked,
        answered,
    })
}

/// Action and fields of a page's first form.
fn form(html: &str) -> anyhow::Result<(String, HashMap<String, String>)> {
    let form = html.split("<form").nth(1).context("no form")?;
    let form = form.split("</form").next().unwrap_or_default();
    let inputs = form.split("<input").skip(1);
    let fields = inputs
        .map(|input| input.split('>').next().unwrap_or_default())
        .map(|input| (attribute(input, "name"), attribute(input, "value")));
    Ok((attribute(form, "action"), fields.collect()))
}

fn attribute(tag: &str, name: &str) -> String {
    let value = tag.split(&format!(" {name}=\"")).nth(1).unwrap_or_default();
    let value = value.split('"').next().unwrap_or_default();
    value
        .replace("&quot;", "\"")
        .replace("&#43;", "+")
        .replace("&amp;", "&")
}

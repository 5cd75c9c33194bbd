//! What operators may ask of people's accounts.
use super::convert::{self, ActAsBody, ActView, ByEmail, RolesBody, TokenView, UserBody, UserView};
use crate::{
    app::Identity,
    ports::{Act, ActPlace},
};
use kernel::UserId;
use platform::http::{Answer, Call, List, Listed, Problem, Read, Routes};

pub fn routes() -> Routes<Identity> {
    platform::routes! {
        /// Makes an account, without a password. Everybody is a customer; other roles are given here.
        post "/admin/v1/users"              allow("user.manage") creates()  => register_user;
        /// The account with this address.
        get  "/admin/v1/users/by-email"     allow("user.read")              => read_by_email;
        /// One account.
        get  "/admin/v1/users/{user}"       allow("user.read")              => read_user;
        /// Sets all that a user may be, and whether they may come in. Live tokens follow within a minute.
        put  "/admin/v1/users/{user}/roles" allow("user.manage") if_match() => grant_roles;
        /// A token of fifteen minutes that names the user and the operator. Never for an operator's account. It is logged.
        post "/admin/v1/act-as"             allow("user.act_as") unkeyed()  => act_as;
        /// Who acted as whom, newest first.
        get  "/admin/v1/acts"               allow("user.read")              => list_acts;
    }
}

async fn register_user(app: &Identity, call: Call<UserBody>) -> Answer<UserView> {
    let ask = call.ask(convert::user_view);
    let command = convert::register(call)?;
    ask.answer(app.register_user(command, &ask).await)
}

async fn read_by_email(app: &Identity, call: Read<(), ByEmail>) -> Answer<UserView> {
    let Some(address) = convert::address(&call.query) else { return Err(Problem::not_found()) };
    call.show(app.user_by_email(address).await, convert::user_view)
}

async fn read_user(app: &Identity, call: Read<UserId>) -> Answer<UserView> {
    call.show(app.user(call.path).await, convert::user_view)
}

async fn grant_roles(app: &Identity, call: Call<RolesBody, UserId>) -> Answer<UserView> {
    let ask = call.ask(convert::user_view);
    let command = convert::grant_roles(call)?;
    ask.answer_found(app.grant_roles(command, &ask).await)
}

async fn act_as(app: &Identity, call: Call<ActAsBody>) -> Answer<TokenView> {
    let ask = call.ask(convert::token_view);
    let command = convert::act_as(call)?;
    ask.answer(app.act_as(command).await)
}

async fn list_acts(app: &Identity, call: Read<(), Listed>) -> Answer<List<ActView>> {
    let page = call.page::<ActPlace>()?;
    let found = app.acts(&page).await;
    call.list(found.map(|acts| page.slice(acts, Act::place)), convert::act_view)
}

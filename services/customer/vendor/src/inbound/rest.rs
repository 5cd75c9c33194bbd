//! What shops, vendors and operators may ask.
use super::convert::{
    self, ActBody, PlanBody, PlanView, ProfilePatch, ProfileView, ReasonBody, ShopView, VendorBody, VendorFilter,
    VendorView,
};
use crate::{
    app::{MoveVendor, Vendors},
    domain::Move,
};
use kernel::VendorId;
use platform::http::{Answer, Call, List, Listed, Read, Routes};

pub fn routes() -> Routes<Vendors> {
    platform::routes! {
        /// A vendor's page. One on vacation is shown, but sells nothing.
        get "/store/v1/vendors/{slug}" open() cached(300, "vendors") => read_shop;
        /// What the vendor says of itself, and how it stands.
        get "/vendor/v1/profile" allow("profile.read") => read_profile;
        /// Changes what is given and leaves the rest. `null` takes the tax id away.
        patch "/vendor/v1/profile" allow("profile.change") if_match() => change_profile;
        /// What the platform takes of the vendor's sales.
        get "/vendor/v1/plan" allow("profile.read") => read_own_plan;
        /// Goes on vacation: its page stays, its offers are not sold.
        post "/vendor/v1/vacation" allow("profile.change") => leave;
        /// Comes back from vacation and sells again.
        post "/vendor/v1/vacation/end" allow("profile.change") => come_back;
        /// Vendors in the order in which they came.
        get "/admin/v1/vendors" allow("vendor.read") => list_vendors;
        /// Takes a vendor in, pending. The slug is made of the name when it is left out.
        post "/admin/v1/vendors" allow("vendor.manage") creates() => create_vendor;
        /// One vendor.
        get "/admin/v1/vendors/{vendor}" allow("vendor.read") => read_vendor;
        /// Lets a pending vendor sell. Its owner becomes its administrator.
        post "/admin/v1/vendors/{vendor}/approve" allow("vendor.manage") => approve;
        /// Stops an active vendor for now. Its orders go on; its offers are not sold.
        post "/admin/v1/vendors/{vendor}/suspend" allow("vendor.manage") => suspend;
        /// Lets a suspended vendor sell again.
        post "/admin/v1/vendors/{vendor}/reinstate" allow("vendor.manage") => reinstate;
        /// Ends a vendor for good.
        post "/admin/v1/vendors/{vendor}/terminate" allow("vendor.manage") => terminate;
        /// What the platform takes of this vendor's sales.
        get "/admin/v1/vendors/{vendor}/plan" allow("vendor.read") => read_plan;
        /// Says what the platform takes: rules in order, the last one for everything. From the next accepted quote on.
        put "/admin/v1/vendors/{vendor}/plan" allow("vendor.plan") if_match() => set_plan;
    }
}

async fn read_shop(app: &Vendors, call: Read<String>) -> Answer<ShopView> {
    let found = match call.path.parse() {
        Ok(slug) => app.shown(&slug).await,
        Err(_) => Ok(None),
    };
    call.show(found, convert::shop_view)
}

async fn read_profile(app: &Vendors, call: Read) -> Answer<ProfileView> {
    let vendor = call.actor.vendor()?;
    call.show(app.vendor(vendor).await, convert::profile_view)
}

async fn change_profile(app: &Vendors, call: Call<ProfilePatch>) -> Answer<ProfileView> {
    let ask = call.ask(convert::profile_view);
    let command = convert::change_profile(call)?;
    ask.answer_found(app.change_profile(command, &ask).await)
}

async fn read_own_plan(app: &Vendors, call: Read) -> Answer<PlanView> {
    let vendor = call.actor.vendor()?;
    call.show(app.vendor(vendor).await, convert::plan_view)
}

async fn leave(app: &Vendors, call: Call<ActBody>) -> Answer<ProfileView> {
    own_move(app, call, Move::Leave).await
}

async fn come_back(app: &Vendors, call: Call<ActBody>) -> Answer<ProfileView> {
    own_move(app, call, Move::Return).await
}

async fn own_move(app: &Vendors, call: Call<ActBody>, step: Move) -> Answer<ProfileView> {
    let vendor = call.actor.vendor()?;
    let ask = call.ask(convert::profile_view);
    ask.answer_found(app.move_vendor(MoveVendor { vendor, step }, &ask).await)
}

async fn list_vendors(app: &Vendors, call: Read<(), Listed<VendorFilter>>) -> Answer<List<VendorView>> {
    let page = call.page::<VendorId>()?;
    let status = convert::status(&call.query.filter)?;
    call.list(app.list(status, &page).await, convert::vendor_view)
}

async fn create_vendor(app: &Vendors, call: Call<VendorBody>) -> Answer<VendorView> {
    let ask = call.ask(convert::vendor_view);
    let command = convert::create_vendor(call.body)?;
    ask.answer(app.create_vendor(command, &ask).await)
}

async fn read_vendor(app: &Vendors, call: Read<VendorId>) -> Answer<VendorView> {
    call.show(app.vendor(call.path).await, convert::vendor_view)
}

async fn approve(app: &Vendors, call: Call<ActBody, VendorId>) -> Answer<VendorView> {
    let ask = call.ask(convert::vendor_view);
    ask.answer_found(app.move_vendor(MoveVendor { vendor: call.path, step: Move::Approve }, &ask).await)
}

async fn reinstate(app: &Vendors, call: Call<ActBody, VendorId>) -> Answer<VendorView> {
    let ask = call.ask(convert::vendor_view);
    ask.answer_found(app.move_vendor(MoveVendor { vendor: call.path, step: Move::Reinstate }, &ask).await)
}

async fn suspend(app: &Vendors, call: Call<ReasonBody, VendorId>) -> Answer<VendorView> {
    let ask = call.ask(convert::vendor_view);
    let step = Move::Suspend(convert::reason(&call.body)?);
    ask.answer_found(app.move_vendor(MoveVendor { vendor: call.path, step }, &ask).await)
}

async fn terminate(app: &Vendors, call: Call<ReasonBody, VendorId>) -> Answer<VendorView> {
    let ask = call.ask(convert::vendor_view);
    let step = Move::Terminate(convert::reason(&call.body)?);
    ask.answer_found(app.move_vendor(MoveVendor { vendor: call.path, step }, &ask).await)
}

async fn read_plan(app: &Vendors, call: Read<VendorId>) -> Answer<PlanView> {
    call.show(app.vendor(call.path).await, convert::plan_view)
}

async fn set_plan(app: &Vendors, call: Call<PlanBody, VendorId>) -> Answer<PlanView> {
    let ask = call.ask(convert::plan_view);
    let command = convert::set_plan(call)?;
    ask.answer_found(app.set_plan(command, &ask).await)
}

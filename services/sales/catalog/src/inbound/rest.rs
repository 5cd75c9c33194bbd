//! What shops, vendors and operators may ask of the catalogue.
use super::{
    convert::{self, CategoryBody, ListFilter, NoBody, OfferBody, PageQuery, ProductBody, RejectBody},
    views::{self, CategoryView, ItemView, OfferView, PageView, ProductView, TreeView},
};
use crate::{
    Error,
    app::{Catalog, ChangeProduct, MoveOffer, Whose},
    domain::OfferMove,
};
use kernel::{OfferId, ProductId};
use platform::http::{Answer, Call, List, Listed, Problem, Read, Routes};

pub fn routes() -> Routes<Catalog> {
    platform::routes! {
        /// The category tree, every branch with its parent's slug.
        get   "/store/v1/categories"                      open() cached(300, "categories")       => list_categories;
        /// Products of a category (with those below it) or a vendor, or by a part of their title; with price from, offers and stock.
        get   "/store/v1/products"                        open() cached(300, "products")         => list_products;
        /// A product's page: its variants, and the offers of all vendors, the cheapest first.
        get   "/store/v1/products/{slug}"                 open() cached(300, "products")         => read_page;
        /// The vendor's offers.
        get   "/vendor/v1/offers"                         allow("offer.read")                    => list_offers;
        /// One offer of the vendor.
        get   "/vendor/v1/offers/{offer}"                 allow("offer.read")                    => read_offer;
        /// Offers a variant under the vendor's own SKU: a draft.
        post  "/vendor/v1/offers"                         allow("offer.write") creates()         => draft_offer;
        /// Asks the operator to let it be sold.
        post  "/vendor/v1/offers/{offer}/submit"          allow("offer.write")                   => submit_offer;
        /// Not sold for now.
        post  "/vendor/v1/offers/{offer}/pause"           allow("offer.write")                   => pause_offer;
        /// Sold again.
        post  "/vendor/v1/offers/{offer}/resume"          allow("offer.write")                   => resume_offer;
        /// Never sold again.
        post  "/vendor/v1/offers/{offer}/retire"          allow("offer.write")                   => retire_offer;
        /// Creates the category of this slug, or changes it.
        put   "/admin/v1/categories/{slug}"               allow("catalog.manage")                => put_category;
        /// A new product, not published yet.
        post  "/admin/v1/products"                        allow("catalog.manage") creates()      => draft_product;
        /// One product, whatever its state.
        get   "/admin/v1/products/{product}"              allow("catalog.manage")                => read_product;
        /// The whole product anew. Variants keep their ids, and none is left out.
        put   "/admin/v1/products/{product}"              allow("catalog.manage") if_match()     => rewrite_product;
        /// Everybody can find it from now on.
        post  "/admin/v1/products/{product}/publish"      allow("catalog.manage")                => publish_product;
        /// Nobody can find it any more.
        post  "/admin/v1/products/{product}/retire"       allow("catalog.manage")                => retire_product;
        /// Offers that wait for the operator's word.
        get   "/admin/v1/submitted-offers"                allow("offer.approve")                 => list_submitted;
        /// It may be sold.
        post  "/admin/v1/offers/{offer}/approve"          allow("offer.approve")                 => approve_offer;
        /// It may not be sold; the vendor reads why.
        post  "/admin/v1/offers/{offer}/reject"           allow("offer.approve")                 => reject_offer;
    }
}

async fn list_categories(app: &Catalog, call: Read) -> Answer<TreeView> {
    call.show(app.categories().await.map(Some), |tree| views::tree(tree))
}

async fn list_products(app: &Catalog, call: Read<(), Listed<ListFilter>>) -> Answer<List<ItemView>> {
    let page = call.page::<(String, ProductId)>()?;
    let wanted = convert::wanted(&call.query.filter, page.clone())?;
    let currency = wanted.currency;
    let found = app.list(call.query.filter.category.as_deref(), wanted).await.map_err(|e| Problem::of(&e))?;
    let slice = page.slice(found.ok_or_else(Problem::not_found)?, |item| (item.title.clone(), item.product));
    call.list(Ok::<_, Error>(slice.map(|item| (item, currency))), views::item)
}

async fn read_page(app: &Catalog, call: Read<String, PageQuery>) -> Answer<PageView> {
    let currency = call.query.currency();
    let found = app.page(&call.path, currency).await;
    call.show(found.map(|page| page.map(|page| (page, currency))), views::page)
}

async fn list_offers(app: &Catalog, call: Read<(), Listed>) -> Answer<List<OfferView>> {
    let page = call.page::<OfferId>()?;
    let vendor = call.actor.vendor()?;
    let found = app.offers_of(vendor, &page).await;
    call.list(found.map(|offers| page.slice(offers, |offer| offer.id)), views::offer)
}

async fn read_offer(app: &Catalog, call: Read<OfferId>) -> Answer<OfferView> {
    let vendor = call.actor.vendor()?;
    call.show(app.offer_of(call.path, vendor).await, views::offer)
}

async fn draft_offer(app: &Catalog, call: Call<OfferBody>) -> Answer<OfferView> {
    let ask = call.ask(views::offer);
    let command = convert::draft_offer(call)?;
    ask.answer(app.draft_offer(command, &ask).await)
}

async fn move_offer(app: &Catalog, call: Call<NoBody, OfferId>, by: Whose, step: OfferMove) -> Answer<OfferView> {
    let ask = call.ask(views::offer);
    ask.answer_found(app.move_offer(MoveOffer { offer: call.path, by, step }, &ask).await)
}

async fn submit_offer(app: &Catalog, call: Call<NoBody, OfferId>) -> Answer<OfferView> {
    let by = Whose::Vendor(call.actor.vendor()?);
    move_offer(app, call, by, OfferMove::Submit).await
}

async fn pause_offer(app: &Catalog, call: Call<NoBody, OfferId>) -> Answer<OfferView> {
    let by = Whose::Vendor(call.actor.vendor()?);
    move_offer(app, call, by, OfferMove::Pause).await
}

async fn resume_offer(app: &Catalog, call: Call<NoBody, OfferId>) -> Answer<OfferView> {
    let by = Whose::Vendor(call.actor.vendor()?);
    move_offer(app, call, by, OfferMove::Resume).await
}

async fn retire_offer(app: &Catalog, call: Call<NoBody, OfferId>) -> Answer<OfferView> {
    let by = Whose::Vendor(call.actor.vendor()?);
    move_offer(app, call, by, OfferMove::Retire).await
}

async fn put_category(app: &Catalog, call: Call<CategoryBody, String>) -> Answer<CategoryView> {
    let ask = call.ask(views::branch);
    let command = convert::put_category(call)?;
    ask.answer(app.put_category(command, &ask).await)
}

async fn draft_product(app: &Catalog, call: Call<ProductBody>) -> Answer<ProductView> {
    let ask = call.ask(views::product);
    let command = convert::draft_product(call.body)?;
    ask.answer(app.draft_product(command, &ask).await)
}

async fn read_product(app: &Catalog, call: Read<ProductId>) -> Answer<ProductView> {
    call.show(app.product(call.path).await, views::product)
}

async fn rewrite_product(app: &Catalog, call: Call<ProductBody, ProductId>) -> Answer<ProductView> {
    let ask = call.ask(views::product);
    let (id, command) = (call.path, convert::rewrite(call)?);
    ask.answer_found(app.change_product(id, command, &ask).await)
}

async fn publish_product(app: &Catalog, call: Call<NoBody, ProductId>) -> Answer<ProductView> {
    let ask = call.ask(views::product);
    ask.answer_found(app.change_product(call.path, ChangeProduct::Publish, &ask).await)
}

async fn retire_product(app: &Catalog, call: Call<NoBody, ProductId>) -> Answer<ProductView> {
    let ask = call.ask(views::product);
    ask.answer_found(app.change_product(call.path, ChangeProduct::Retire, &ask).await)
}

async fn list_submitted(app: &Catalog, call: Read<(), Listed>) -> Answer<List<OfferView>> {
    let page = call.page::<OfferId>()?;
    let found = app.submitted(&page).await;
    call.list(found.map(|offers| page.slice(offers, |offer| offer.id)), views::offer)
}

async fn approve_offer(app: &Catalog, call: Call<NoBody, OfferId>) -> Answer<OfferView> {
    move_offer(app, call, Whose::Operator, OfferMove::Approve).await
}

async fn reject_offer(app: &Catalog, call: Call<RejectBody, OfferId>) -> Answer<OfferView> {
    let ask = call.ask(views::offer);
    let step = convert::reject(call.body)?;
    ask.answer_found(app.move_offer(MoveOffer { offer: call.path, by: Whose::Operator, step }, &ask).await)
}

//! What shoppers may ask of their carts.
use super::{
    convert::{self, CartBody, CouponBody, DeliveryBody, LinesBody, QuantityBody, QuoteBody},
    views::{self, CartView, OptionsView, QuoteView},
};
use crate::app::{Baskets, Edit, EditCart, MakeQuote};
use kernel::{CartId, LineId};
use platform::http::{Answer, Call, Read, Routes};

pub fn routes() -> Routes<Baskets> {
    platform::routes! {
        /// A new cart. A guest gets a token, once: send it as `Souk-Cart-Token` from then on.
        post   "/store/v1/carts"                              open() creates() unkeyed()    => make_cart;
        /// The cart, its lines grouped by vendor, each with what is wrong with it now.
        get    "/store/v1/carts/{cart}"                       allow("cart.read")            => read_cart;
        /// Puts offers in. An offer stands in one line: more of it makes the line bigger.
        post   "/store/v1/carts/{cart}/lines"                 allow("cart.write")           => add_lines;
        /// How many of it; none takes the line out.
        patch  "/store/v1/carts/{cart}/lines/{line}"          allow("cart.write") if_match() => set_quantity;
        /// Takes a line out.
        delete "/store/v1/carts/{cart}/lines/{line}"          allow("cart.write") if_match() => remove_line;
        /// Where it goes, and how each vendor's part shall come.
        put    "/store/v1/carts/{cart}/delivery"              allow("cart.write") if_match() => set_delivery;
        /// A code to redeem; an empty one takes it out.
        put    "/store/v1/carts/{cart}/coupon"                allow("cart.write") if_match() => set_coupon;
        /// Per vendor: the ways it can come, with price and promised day.
        get    "/store/v1/carts/{cart}/delivery-options"      allow("cart.read")            => list_options;
        /// The binding answer: what it costs and why, for ten minutes.
        post   "/store/v1/carts/{cart}/quote"                 allow("cart.write") creates() => make_quote;
    }
}

async fn make_cart(app: &Baskets, call: Call<CartBody>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let command = convert::make_cart(call)?;
    ask.answer(app.make_cart(command).await)
}

async fn read_cart(app: &Baskets, call: Read<CartId>) -> Answer<CartView> {
    let owner = convert::owner(&call.actor)?;
    call.show(app.view(call.path, owner).await, views::cart)
}

async fn add_lines(app: &Baskets, call: Call<LinesBody, CartId>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let (cart, owner) = (call.path, convert::owner(&call.actor)?);
    let edit = Edit::Add(convert::lines(call.body)?);
    ask.answer_found(app.edit_cart(EditCart { cart, owner, expected: None, edit }, &ask).await)
}

async fn set_quantity(app: &Baskets, call: Call<QuantityBody, (CartId, LineId)>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let (owner, expected) = (convert::owner(&call.actor)?, convert::expected(call.version));
    let ((cart, line), quantity) = (call.path, convert::quantity(call.body)?);
    let edit = Edit::SetQuantity { line, quantity };
    ask.answer_found(app.edit_cart(EditCart { cart, owner, expected, edit }, &ask).await)
}

async fn remove_line(app: &Baskets, call: Read<(CartId, LineId)>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let (owner, expected) = (convert::owner(&call.actor)?, convert::expected(call.version));
    let (cart, line) = call.path;
    let edit = Edit::SetQuantity { line, quantity: 0 };
    ask.answer_found(app.edit_cart(EditCart { cart, owner, expected, edit }, &ask).await)
}

async fn set_delivery(app: &Baskets, call: Call<DeliveryBody, CartId>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let (cart, owner, expected) = (call.path, convert::owner(&call.actor)?, convert::expected(call.version));
    let edit = Edit::Deliver(convert::delivery(call.body)?);
    ask.answer_found(app.edit_cart(EditCart { cart, owner, expected, edit }, &ask).await)
}

async fn set_coupon(app: &Baskets, call: Call<CouponBody, CartId>) -> Answer<CartView> {
    let ask = call.ask(views::cart);
    let (cart, owner, expected) = (call.path, convert::owner(&call.actor)?, convert::expected(call.version));
    let edit = Edit::Redeem(convert::coupon(call.body)?);
    ask.answer_found(app.edit_cart(EditCart { cart, owner, expected, edit }, &ask).await)
}

async fn list_options(app: &Baskets, call: Read<CartId>) -> Answer<OptionsView> {
    let owner = convert::owner(&call.actor)?;
    call.show(app.delivery_options(call.path, owner).await, views::options)
}

async fn make_quote(app: &Baskets, call: Call<QuoteBody, CartId>) -> Answer<QuoteView> {
    let ask = call.ask(views::quote);
    let (cart, owner) = (call.path, convert::owner(&call.actor)?);
    ask.answer_found(app.make_quote(MakeQuote { cart, owner }, &ask).await)
}

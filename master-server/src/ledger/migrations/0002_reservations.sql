-- What carts hold while they are paid. Rows past their time are as good as gone.
CREATE TABLE reservations (
    product BLOB NOT NULL,
    cart BLOB NOT NULL,
    device BLOB NOT NULL,
    quantity INTEGER NOT NULL,
    till TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (product, cart)
) STRICT, WITHOUT ROWID;

CREATE INDEX reservations_of_cart ON reservations (cart);
CREATE INDEX reservations_by_time ON reservations (until);
